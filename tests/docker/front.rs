//! A small front, as nginx stands before a backend: it asks `backend` anew for each request, by name, and tries nothing
//! twice, so that whatever is lost shows.

use super::engine::{block, client};
use super::image;
use super::marked::{LABEL, Marked};

const SCRIPT: &str = "#!/bin/busybox sh\n\
    body=$(/bin/busybox wget -q -O - http://backend:8000/api${PATH_INFO:-/version} 2>&1) && {\n\
    /bin/busybox printf 'Content-Type: application/json\\r\\n\\r\\n%s' \"$body\"; exit 0; }\n\
    /bin/busybox printf 'Status: 502 Bad Gateway\\r\\n\\r\\n%s' \"$body\"\n";

/// The path that it answers at, on port 80 inside: with the backend's version, or with what the rest of the path names.
pub const PATH: &str = "/cgi-bin/api";

/// Builds it, and returns its reference.
pub fn make(marked: &Marked) -> String {
    let mut context = tar::Builder::new(Vec::new());
    let dockerfile = format!(
        "FROM scratch\nLABEL {LABEL}={}\nCOPY busybox /bin/busybox\nCOPY www /www\n\
         ENTRYPOINT [\"/bin/busybox\", \"httpd\", \"-f\", \"-p\", \"80\", \"-h\", \"/www\"]\n",
        marked.id
    );
    add(&mut context, "busybox", &std::fs::read("/bin/busybox").unwrap());
    add(&mut context, &format!("www{PATH}"), SCRIPT.as_bytes());
    add(&mut context, "Dockerfile", dockerfile.as_bytes());
    let (context, name) = (context.into_inner().unwrap(), marked.name("front:1"));
    block(async {
        let docker = client(&marked.socket).unwrap();
        image::build(&docker, &name, context).await;
    });
    name
}

fn add(context: &mut tar::Builder<Vec<u8>>, name: &str, content: &[u8]) {
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o755);
    header.set_cksum();
    context.append_data(&mut header, name, content).unwrap();
}
