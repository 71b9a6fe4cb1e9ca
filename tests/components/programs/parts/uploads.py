from components.aws.uploads import Uploads, UploadsArgs
from config.values import Deletion

uploads: UploadsArgs = {
    "origins": ["https://app.example.com"],
    "deletion": Deletion.PROTECT,
    "destroy_objects": False,
}


def make(guarded):
    Uploads("uploads", uploads)
    Uploads("uploads-retained", {**uploads, "origins": [], "deletion": Deletion.RETAIN, "destroy_objects": True})
    Uploads("uploads-gone", {**uploads, "deletion": Deletion.DESTROY, "destroy_objects": True})
    Uploads("guarded-uploads", {**uploads, "deletion": Deletion.DESTROY}, guarded("uploads"))
