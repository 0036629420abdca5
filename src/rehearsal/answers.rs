//! What the product's backend answers, wherever it is served. Not how it is served.

/// Returns a refusal in the backend's own shape.
pub(super) fn said(detail: &str) -> serde_json::Value {
    serde_json::json!({ "detail": detail })
}

/// Returns status and body of a path, of a version that fails its users or not, and is well by its own account or not.
pub(super) fn answered(path: &str, version: &str, (fails, is_sick): (bool, bool)) -> (u16, serde_json::Value) {
    let failed = || serde_json::json!({ "detail": "Internal Server Error", "error": "TimeoutError: pool exhausted" });
    match path {
        "/api/health" if is_sick => (
            503,
            serde_json::json!({ "status": "unhealthy", "version": version, "database": "TimeoutError: pool exhausted" }),
        ),
        "/api/health" => (200, serde_json::json!({ "status": "healthy", "version": version, "database": "ok" })),
        "/api/content" | "/api/user/profile" if fails => (500, failed()),
        "/api/content" => (200, content()),
        "/api/voice/health" => (200, serde_json::json!({ "status": "healthy", "provider": "rehearsed" })),
        "/api/user/profile" => (200, serde_json::json!({ "id": "u-1", "name": "נועה", "language": "he" })),
        _ => (404, said("Not Found")),
    }
}

fn content() -> serde_json::Value {
    let item =
        |id: u32, title: &str, language: &str| serde_json::json!({ "id": id, "title": title, "language": language });
    serde_json::json!({
        "total": 5,
        "items": [
            item(1, "הבית שלנו", "he"),
            item(2, "סיפורי ירושלים", "he"),
            item(3, "Morning News", "en"),
            item(4, "Cocina de la abuela", "es"),
            item(5, "שיעור עברית 📺", "he"),
        ],
    })
}
