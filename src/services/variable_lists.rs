//! Which variables are read by whom, by name: lists alone. What follows from them is in `variables`.

/// What variables begin with by which `docker`, Compose and the programs of clusters and clouds choose where they work.
pub(super) const PLACES: [&str; 3] = ["DOCKER_", "COMPOSE_", "KUBE"];

/// More variables by which programs choose where they work.
pub(super) const PLACE_NAMES: [&str; 8] = [
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "CLOUDSDK_ACTIVE_CONFIG_NAME",
    "CLOUDSDK_CORE_PROJECT",
    "GOOGLE_CLOUD_PROJECT",
    "AZURE_CONFIG_DIR",
    "ARM_SUBSCRIPTION_ID",
];

/// Variables by which programs choose where they work that only a plan's own commands run: of databases, clouds and tools.
pub(super) const PLACES_OF_PROGRAMS: [&str; 24] = [
    "PGHOST",
    "PGHOSTADDR",
    "PGPORT",
    "PGDATABASE",
    "PGSERVICE",
    "PGSERVICEFILE",
    "MYSQL_HOST",
    "MYSQL_TCP_PORT",
    "MYSQL_UNIX_PORT",
    "DATABASE_URL",
    "REDIS_URL",
    "MONGODB_URI",
    "AWS_ENDPOINT_URL",
    "AWS_CONFIG_FILE",
    "VAULT_ADDR",
    "VAULT_NAMESPACE",
    "NOMAD_ADDR",
    "CONSUL_HTTP_ADDR",
    "FLY_APP",
    "HEROKU_APP",
    "TF_WORKSPACE",
    "ANSIBLE_CONFIG",
    "ANSIBLE_INVENTORY",
    "HELM_KUBECONTEXT",
];

/// What variables begin with that programs surely read: of builds, clouds, databases, registries and stores of secrets.
pub(super) const FAMILIES: [&str; 24] = [
    "BUILDX_",
    "BUILDKIT_",
    "AWS_",
    "GOOGLE_",
    "CLOUDSDK_",
    "AZURE_",
    "ARM_",
    "VAULT_",
    "OP_",
    "BW_",
    "PASSWORD_STORE_",
    "SOPS_",
    "PG",
    "MYSQL_",
    "TF_",
    "FLY_",
    "HEROKU_",
    "NPM_",
    "ANSIBLE_",
    "HELM_",
    "GH_",
    "GITHUB_TOKEN",
    "GITLAB_TOKEN",
    "GNUPGHOME",
];

/// Variables that tminus reads, or `git` and `ssh` do for it, whatever a plan says.
pub(super) const USUAL: [&str; 15] = [
    "HOME",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_COUNT",
];

/// Where the person's SSH agent listens: it differs with each login, and matters where `ssh` may be run.
pub const AGENT: &str = "SSH_AUTH_SOCK";

/// Programs that log in by SSH.
pub(super) const BY_SSH: [&str; 8] = ["ssh", "scp", "sftp", "rsync", "git", "ansible", "autossh", "mosh"];

/// Keys of the plan under which a command stands.
pub(super) const COMMANDS: [&str; 6] = ["run", "Run", "current", "deploy", "undo", "Command"];

/// Variables of a shell, a terminal or a session, which differ between any two; `PATH` is compared by what it leads to.
pub(super) const OF_A_SHELL: [&str; 27] = [
    "_",
    "PATH",
    "PWD",
    "OLDPWD",
    "SHLVL",
    "SHELL",
    "TERM",
    "COLUMNS",
    "LINES",
    "COLORTERM",
    "TMUX",
    "TMUX_PANE",
    "STY",
    "WINDOWID",
    "SSH_TTY",
    "SSH_CLIENT",
    "SSH_CONNECTION",
    "XDG_SESSION_ID",
    "XDG_RUNTIME_DIR",
    "INVOCATION_ID",
    "JOURNAL_STREAM",
    "LS_COLORS",
    "GPG_TTY",
    "DISPLAY",
    "PS1",
    "IFS",
    "MAIL",
];

/// Programs that tminus itself starts.
pub(super) const OWN_PROGRAMS: [&str; 8] = [
    "docker",
    "docker-compose",
    "git",
    "ssh",
    "docker-credential-pass",
    "docker-credential-secretservice",
    "docker-credential-ecr-login",
    "docker-credential-gcloud",
];
