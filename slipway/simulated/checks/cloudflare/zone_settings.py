"""What each setting of a zone may be. An empty tuple: anything. Cloudflare's API documentation lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SWITCH = ("on", "off")
_TLS = ("1.0", "1.1", "1.2", "1.3")
_SWITCHES = (
    *("0rtt", "advanced_ddos", "always_online", "always_use_https", "automatic_https_rewrites", "brotli"),
    *("browser_check", "development_mode", "early_hints", "email_obfuscation", "fonts", "h2_prioritization"),
    *("hotlink_protection", "http2", "http3", "image_resizing", "ip_geolocation", "ipv6", "mirage", "nel_reporting"),
    *("opportunistic_encryption", "opportunistic_onion", "orange_to_orange", "origin_error_page_pass_thru"),
    *("prefetch_preload", "privacy_pass", "replace_insecure_js", "response_buffering", "rocket_loader"),
    *("server_side_exclude", "sha1_support", "sort_query_string_for_cache", "speed_brain", "tls_1_2_only"),
    *("tls_client_auth", "true_client_ip_header", "waf", "webp", "websockets"),
)
_STRUCTURED = (
    *("aegis", "automatic_platform_optimization", "china_network_enabled", "ciphers", "content_converter"),
    *("edge_cache_ttl", "max_upload", "minify", "mobile_redirect", "nel", "origin_h2_max_streams"),
    *("origin_max_http_version", "proxy_read_timeout", "redirects_for_ai_training", "security_header"),
    *("ssl_recommender", "ssl_automatic_mode", "transformations", "transformations_allowed_origins"),
)

VALUES: Mapping[str, tuple[str | int, ...]] = {
    **dict.fromkeys(_SWITCHES, _SWITCH),
    **dict.fromkeys(_STRUCTURED, ()),
    "image_resizing": ("on", "off", "open"),
    "browser_cache_ttl": (
        *(0, 30, 60, 120, 300, 1200, 1800, 3600, 7200, 10800, 14400, 18000, 28800, 43200, 57600, 72000, 86400),
        *(172800, 259200, 345600, 432000, 691200, 1382400, 2073600, 2678400, 5356800, 16070400, 31536000),
    ),
    "cache_level": ("aggressive", "basic", "simplified"),
    "challenge_ttl": (
        *(300, 900, 1800, 2700, 3600, 7200, 10800, 14400, 28800, 57600, 86400, 604800, 2592000, 31536000),
    ),
    "cname_flattening": ("flatten_at_root", "flatten_all"),
    "min_tls_version": _TLS,
    "polish": ("off", "lossless", "lossy"),
    "pseudo_ipv4": ("off", "add_header", "overwrite_header"),
    "security_level": ("off", "essentially_off", "low", "medium", "high", "under_attack"),
    "ssl": ("off", "flexible", "full", "strict", "origin_pull"),
    "tls_1_3": ("on", "off", "zrt"),
}
# Settings that are objects or lists: those whose form is certain.
OF_FORM: Mapping[str, type] = {
    "automatic_platform_optimization": dict,
    "ciphers": list,
    "minify": dict,
    "mobile_redirect": dict,
    "nel": dict,
    "security_header": dict,
}
NOT_FREE = frozenset(
    (
        *(
            "advanced_ddos",
            "h2_prioritization",
            "http2",
            "image_resizing",
            "mirage",
            "origin_error_page_pass_thru",
            "polish",
        ),
        *("prefetch_preload", "response_buffering", "sort_query_string_for_cache", "true_client_ip_header", "waf"),
        *("orange_to_orange", "webp"),
    )
)
