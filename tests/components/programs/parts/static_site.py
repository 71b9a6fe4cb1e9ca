from components.aws.static_site import StaticSite, StaticSiteArgs
from components.aws.uploads import Uploads
from config.values import Deletion

certificate = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
site: StaticSiteArgs = {
    "sources": {
        "connect-src": ["https://api.shop.example", "wss://api.shop.example"],
        "script-src": ["https://js.stripe.com"],
    },
    "price_class": "PriceClass_100",
    "deletion": Deletion.PROTECT,
    "destroy_objects": False,
}


def make(guarded):
    StaticSite("site", {**site, "address": {"host": "www.shop.example", "certificate_arn": certificate}})
    files = Uploads("uploads-of-site", {"origins": [], "deletion": Deletion.PROTECT, "destroy_objects": False})
    StaticSite("site-retained", {**site, "sources": {"img-src": [files.url]}, "deletion": Deletion.RETAIN})
    StaticSite("site-gone", {**site, "sources": {}, "deletion": Deletion.DESTROY, "destroy_objects": True})
    StaticSite("guarded-site", {**site, "deletion": Deletion.DESTROY}, guarded("site"))
