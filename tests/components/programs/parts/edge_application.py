from components.cloudflare.edge_application import EdgeApplication

app = {
    "account_id": "0123456789abcdef0123456789abcdef",
    "script_name": "shop-production",
    "main": "dist/worker.js",
    "sha256": "5b0c5a1f6c1f3d0e8d0b7d3e9f2a4c6b8e1d7f3a9c5b2e4d6f8a0c1e3b5d7f9a",
    "compatibility_date": "2026-11-01",
    "compatibility_flags": ["nodejs_compat"],
    "assets": {
        "directory": "dist/client",
        "not_found": "single-page-application",
        "worker_first": ["/api/*", "!/api/docs/*"],
        "binding": "ASSETS",
    },
    "variables": {"MODE": "production"},
    "secrets": {"SESSION_SECRET": "hunter2"},
    "databases": {"DB": "00000000-0000-4000-8000-000000000000"},
    "buckets": {"UPLOADS": "shop-uploads"},
    "namespaces": {"SESSIONS": "0123456789abcdef0123456789abcdef"},
    "queues": {"MAILS": "shop-mails"},
    "consumed": {
        "mails": {
            "queue_id": "fedcba9876543210fedcba9876543210",
            "batch": 10,
            "wait": 5,
            "retries": 3,
            "retry_delay": 0,
            "dead_letter_name": "shop-mails-dead",
        },
        "logs": {"queue_id": "ab" * 16, "batch": 100, "wait": 60, "retries": 0, "retry_delay": 30, "concurrency": 2},
    },
    "objects": {"ROOMS": "Room"},
    "migrations": [{"tag": "v1", "new_classes": ["Chat"]}, {"tag": "v2", "renamed_classes": {"Chat": "Room"}}],
    "crons": ["0 3 * * *"],
    "hosts": ["chat.shop.example"],
    "routes": {
        "www.shop.example": {"paths": ["/api/*", "/login"], "leads_to": "shop.example.net"},
        "*.shop.example": {"paths": ["/*"], "leads_to": "100::"},
        "old.shop.example": {"paths": ["/api/*"]},
    },
    "zone_id": "fedcba9876543210fedcba9876543210",
}


def make(guarded):
    EdgeApplication("edge-application", app)
    EdgeApplication("edge-application-migrated", {**app, "migrated": "v1"})
    EdgeApplication("edge-application-done", {**app, "migrated": "v2"})
    bare = {"secrets": {}, "databases": {}, "buckets": {}, "objects": {}, "migrations": [], "crons": []}
    new = ("assets", "namespaces", "queues", "consumed", "routes")
    EdgeApplication("edge-application-bare", {**{k: v for k, v in app.items() if k not in new}, **bare})
    unread = {"directory": "dist/client", "not_found": "none"}
    EdgeApplication("edge-application-unread", {**app, "assets": unread})
    two = {"gradual": True, "migrated": "v2", "assets": {**app["assets"], "headers": "/*\n  X-Frame-Options: DENY\n"}}
    candidate = {
        "main": "next/worker.js",
        "sha256": "ab" * 32,
        "percent": 10,
        "directory": "next/client",
        "headers": "/*\n  X-Frame-Options: SAMEORIGIN\n",
        "redirects": "/old /neü 301\n",
    }
    EdgeApplication("edge-application-gradual", {**app, "gradual": True})
    EdgeApplication("edge-application-gradual-done", {**app, **two})
    EdgeApplication("edge-application-trial", {**app, **two, "candidate": candidate})
    EdgeApplication("guarded-edge-application", app, guarded("edge-application"))
