from components.cloudflare.pages_args import PagesBuildArgs, PagesSiteArgs
from components.cloudflare.pages_site import PagesSite
from config.values import Deletion

site: PagesSiteArgs = {
    "account_id": "0123456789abcdef0123456789abcdef",
    "project_name": "shop-production",
    "branch": "main",
    "previews": {"kind": "none", "include": [], "exclude": []},
    "production": {"variables": {"VITE_API": "https://api.shop.example"}},
    "preview": {"variables": {"VITE_API": "https://api.shop.example"}},
    "compatibility_date": "2026-11-01",
    "hosts": ["www.shop.example"],
    "sources": {"connect-src": ["https://api.shop.example"], "script-src": ["https://js.stripe.com"]},
    "deletion": Deletion.PROTECT,
}
build: PagesBuildArgs = {
    "kind": "github",
    "owner": "acme",
    "repository": "shop",
    "command": "npm run build",
    "directory": "frontend",
    "output": "dist",
}
bound = {
    "variables": {"MODE": "production"},
    "secrets": {"SESSION_SECRET": "hunter2"},
    "namespaces": {"SEEN": "0f2ac74b498b48028cb68387c421e279"},
    "databases": {"DB": "00000000-0000-4000-8000-000000000000"},
    "buckets": {"UPLOADS": "shop-uploads"},
    "queues": {"MAILS": "shop-mails"},
    "hyperdrive": {"ORDERS": "0f2ac74b498b48028cb68387c421e279"},
    "objects": {"ROOMS": "5eb63bbbe01eeed093cb22bb8f5acdc3"},
    "services": {"API": "shop-worker"},
}


def make(guarded):
    PagesSite("pages-site", site)
    some = {"kind": "custom", "include": ["feature/*"], "exclude": ["feature/old"]}
    named = {"project_name": "shop-built", "hosts": [], "deletion": Deletion.RETAIN}
    PagesSite("pages-site-built", {**site, **named, "build": build, "previews": some})
    PagesSite(
        "pages-site-bound",
        {
            **site,
            "project_name": "shop-bound",
            "hosts": [],
            "production": bound,
            "compatibility_flags": ["nodejs_compat"],
            "deletion": Deletion.DESTROY,
        },
    )
    PagesSite(
        "guarded-pages-site",
        {**site, "project_name": "shop-guarded", "hosts": ["guarded.shop.example"], "deletion": Deletion.DESTROY},
        guarded("pages-site"),
    )
