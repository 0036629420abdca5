//! The shapes of the secrets that services hand out, as their own documentation describes them.

/// How a rule is held against a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShapeReach {
    /// Against the whole line that has the keyword.
    Line,
    /// Against the line, where the keyword begins a word: `sk_` in `task_` begins none.
    Word,
    /// Against the line, where an `@` follows the keyword before any white space.
    Address,
    /// Against a block of lines that the keyword begins.
    Block,
}

/// One shape.
pub(super) struct SecretShape {
    /// The rule's name.
    pub id: &'static str,
    /// Words of which a line has one, in small letters: only such a line is held against the expression.
    pub keywords: &'static [&'static str],
    /// The expression; its group `secret`, or all of it, is the value.
    pub expression: &'static str,
    /// How it is held against a text.
    pub reach: ShapeReach,
}

const fn word(id: &'static str, keywords: &'static [&'static str], expression: &'static str) -> SecretShape {
    SecretShape { id, keywords, expression, reach: ShapeReach::Word }
}

const fn line(id: &'static str, keywords: &'static [&'static str], expression: &'static str) -> SecretShape {
    SecretShape { id, keywords, expression, reach: ShapeReach::Line }
}

const fn address(id: &'static str, keywords: &'static [&'static str], expression: &'static str) -> SecretShape {
    SecretShape { id, keywords, expression, reach: ShapeReach::Address }
}

const fn block(id: &'static str, keywords: &'static [&'static str], expression: &'static str) -> SecretShape {
    SecretShape { id, keywords, expression, reach: ShapeReach::Block }
}

/// The rule for a value under a telling name, which is no expression.
pub(super) const NAMED: &str = "named-secret";

/// Names that tell of a secret, in small letters.
pub(super) const NAMES: &[&str] = &[
    "secret",
    "token",
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "credential",
    "api_key",
    "api-key",
    "apikey",
    "access_key",
    "access-key",
    "accesskey",
    "auth_key",
    "auth-key",
    "authkey",
    "private_key",
    "private-key",
    "privatekey",
    "signing_key",
    "signing-key",
    "signingkey",
    "encryption_key",
    "encryption-key",
    "encryptionkey",
];

/// The shapes; an expression knows bytes, not Unicode.
pub(super) const SHAPES: &[SecretShape] = &[
    // Clouds.
    word("aws-access-key", &["akia", "asia", "abia", "acca"], r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b"),
    line(
        "aws-secret-key",
        &["aws_secret", "aws-secret", "awssecret", "secretaccesskey"],
        r#"(?i:aws[_-]?secret[a-z_-]*|secretaccesskey)["']?\s*(?:=>?|:)\s*["']?(?<secret>[A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+=]|$)"#,
    ),
    word("google-api-key", &["aiza"], r"\bAIza[A-Za-z0-9_-]{35}"),
    word("google-oauth", &["gocspx-", "ya29."], r"\b(?:GOCSPX-[A-Za-z0-9_-]{28}|ya29\.[A-Za-z0-9_-]{30,})"),
    line("azure-storage-key", &["accountkey="], r"(?i:AccountKey)=(?<secret>[A-Za-z0-9+/]{86}==)"),
    line("azure-shared-access-key", &["sharedaccesskey="], r"(?i:SharedAccessKey)=(?<secret>[A-Za-z0-9+/]{43}=)"),
    line("azure-sas-token", &["sig="], r"\b(?:sv|se)=[^\s&]+&[^\s]*\bsig=(?<secret>[A-Za-z0-9%+/]{40,}(?:=|%3[Dd])?)"),
    line(
        "azure-client-secret",
        &["q~"],
        r"(?:^|[^A-Za-z0-9_~.-])(?<secret>[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34})",
    ),
    word("digitalocean-token", &["dop_v1_", "doo_v1_", "dor_v1_"], r"\bdo[opr]_v1_[a-f0-9]{64}\b"),
    word("databricks-token", &["dapi"], r"\bdapi[a-f0-9]{32}\b"),
    word("heroku-key", &["hrku-"], r"\bHRKU-[A-Za-z0-9_-]{36,}"),
    // Code and packages.
    word("github-token", &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], r"\bgh[pousr]_[A-Za-z0-9]{36,255}"),
    word("github-fine-grained-token", &["github_pat_"], r"\bgithub_pat_[A-Za-z0-9_]{40,255}"),
    word(
        "gitlab-token",
        &["glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glsoat-", "glimt-", "glagent-", "glft-"],
        r"\bgl(?:pat|dt|rt|cbt|ptt|soat|imt|agent|ft)-[A-Za-z0-9_.-]{20,}",
    ),
    word("npm-token", &["npm_"], r"\bnpm_[A-Za-z0-9]{36}\b"),
    line("npmrc-token", &["_authtoken", "_password"], r#":_(?:authToken|password)\s*=\s*"?(?<secret>[^\s"$]{8,})"#),
    word("pypi-token", &["pypi-age"], r"\bpypi-AgE[A-Za-z0-9_-]{50,}"),
    word("rubygems-key", &["rubygems_"], r"\brubygems_[a-f0-9]{48}\b"),
    word("docker-hub-token", &["dckr_pat_", "dckr_oat_"], r"\bdckr_[po]at_[A-Za-z0-9_-]{27,}"),
    // Operations.
    word("sentry-token", &["sntrys_", "sntryu_"], r"\bsntry[su]_[A-Za-z0-9+/=_-]{40,}"),
    word("vault-token", &["hvs.", "hvb.", "hvr."], r"\bhv[sbr]\.[A-Za-z0-9_-]{24,}"),
    line("terraform-token", &[".atlasv1."], r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,}"),
    word("grafana-token", &["glsa_", "glc_"], r"\bgl(?:sa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|c_[A-Za-z0-9+/=]{32,})"),
    word("new-relic-key", &["nrak-"], r"\bNRAK-[A-Z0-9]{27}\b"),
    word("pulumi-token", &["pul-"], r"\bpul-[a-f0-9]{40}\b"),
    word(
        "launchdarkly-key",
        &["sdk-", "api-"],
        r"\b(?:sdk|api)-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b",
    ),
    // People and messages.
    word(
        "slack-token",
        &["xoxa-", "xoxb-", "xoxe", "xoxp-", "xoxr-", "xoxs-"],
        r"\bxox[abeprs](?:\.xox[bp])?-[A-Za-z0-9-]{20,}",
    ),
    word("slack-app-token", &["xapp-"], r"\bxapp-[0-9]+-[A-Za-z0-9]+-[0-9]+-[a-f0-9]{32,}"),
    line(
        "slack-webhook",
        &["hooks.slack"],
        r"hooks\.slack(?:-gov)?\.com/(?<secret>(?:services|workflows|triggers)/[A-Za-z0-9+/]{20,})",
    ),
    line(
        "discord-webhook",
        &["/api/webhooks/"],
        r"discord(?:app)?\.com/api/webhooks/(?<secret>[0-9]{15,}/[A-Za-z0-9_-]{60,})",
    ),
    line("telegram-bot-token", &[":aa"], r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b"),
    word("sendgrid-key", &["sg."], r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b"),
    line("twilio-key", &["twilio"], r"(?i:twilio)[^\n]{0,60}?\b(?<secret>(?:SK)?[0-9a-f]{32})\b"),
    word("mailgun-key", &["key-"], r"\bkey-[0-9a-f]{32}\b"),
    // Money.
    word("stripe-key", &["sk_live_", "rk_live_", "sk_test_", "rk_test_"], r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}"),
    word("stripe-webhook-secret", &["whsec_"], r"\bwhsec_[A-Za-z0-9+/]{32,}"),
    word("shopify-token", &["shpat_", "shpca_", "shppa_", "shpss_"], r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b"),
    // Models and voices.
    word("elevenlabs-key", &["sk_"], r"\bsk_[0-9a-f]{48}\b"),
    word("openai-key", &["sk-proj-", "sk-svcacct-", "sk-admin-"], r"\bsk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,}"),
    line("openai-legacy-key", &["t3blbkfj"], r"\bsk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}\b"),
    word("anthropic-key", &["sk-ant-"], r"\bsk-ant-[A-Za-z0-9_-]{32,}"),
    word("hugging-face-token", &["hf_"], r"\bhf_[A-Za-z]{34}\b"),
    // Keys, and what is signed by one.
    block(
        "private-key",
        &["-----begin"],
        r"^-----BEGIN[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?<secret>[A-Za-z0-9+/]{40,})",
    ),
    line("putty-key", &["private-lines:"], r"\bPrivate-Lines:\s*[1-9]"),
    word("age-key", &["age-secret-key-1"], r"\bAGE-SECRET-KEY-1[0-9A-Z]{50,}"),
    word("json-web-token", &["eyj"], r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}"),
    // Addresses (RFC 3986, section 3.2.1).
    address(
        "connection-string",
        &[
            "mongodb://",
            "mongodb+srv://",
            "postgres://",
            "postgresql://",
            "mysql://",
            "mariadb://",
            "redis://",
            "rediss://",
            "amqp://",
            "amqps://",
            "sqlserver://",
            "mssql://",
            "clickhouse://",
            "nats://",
        ],
        r#"(?i:mongodb(?:\+srv)?|postgres(?:ql)?|mysql|mariadb|rediss?|amqps?|sqlserver|mssql|clickhouse|nats)://(?<user>[^\s/:@?#"'<>]*):(?<secret>[^\s"'<>]{3,256}?)@(?<host>[A-Za-z0-9\[_.-]+)"#,
    ),
    address(
        "address-password",
        &[
            "http://",
            "https://",
            "ftp://",
            "sftp://",
            "smtp://",
            "smtps://",
            "ldap://",
            "ldaps://",
            "ssh://",
            "socks5://",
        ],
        r#"(?i:https?|s?ftp|smtps?|ldaps?|ssh|socks5)://(?<user>[^\s/:@?#"'<>]*):(?<secret>[^\s/"'<>@]{3,256})@(?<host>[A-Za-z0-9\[_.-]+)"#,
    ),
    address(
        "address-token",
        &["http://", "https://"],
        r#"(?i:https?)://(?<secret>[A-Za-z0-9_-]{20,})@(?<host>[A-Za-z0-9\[_.-]+)"#,
    ),
];
