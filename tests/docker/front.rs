//! A small front, as nginx stands before a backend: it asks `backend` anew for each request, by name, and tries nothing
//! twice, so that whatever is lost shows.

use super::engine::{block, client};
use super::image;
use super::marked::{LABEL, Marked};
use serde_json::json;

const SCRIPT: &str = "#!/bin/busybox sh\n\
    body=$(/bin/busybox wget -q -O - http://backend:8000/api${PATH_INFO:-/version} 2>&1) && {\n\
    /bin/busybox printf 'Content-Type: application/json\\r\\n\\r\\n%s' \"$body\"; exit 0; }\n\
    /bin/busybox printf 'Status: 502 Bad Gateway\\r\\n\\r\\n%s' \"$body\"\n";

/// The path that it answers at, on port 80 inside: with the backend's version, or with what the rest of the path names.
pub const PATH: &str = "/cgi-bin/api";
const CGI: &str = "www/cgi-bin/api";

/// Makes it, and returns its reference.
pub fn make(marked: &Marked) -> String {
    let files = [image::mark(marked), image::busybox(), (CGI, SCRIPT.as_bytes().to_vec())];
    let entrypoint = ["/bin/busybox", "httpd", "-f", "-p", "80", "-h", "/www"];
    let (config, name) = (json!({ "Labels": { LABEL: marked.id }, "Entrypoint": entrypoint }), marked.name("front:1"));
    block(async {
        let docker = client(&marked.socket).unwrap();
        image::load(&docker, &name, (&files, config)).await;
    });
    name
}
