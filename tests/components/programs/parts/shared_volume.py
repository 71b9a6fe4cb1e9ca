from components.docker.shared_volume import SharedVolume
from config.values import Deletion


def make(guarded):
    SharedVolume("shared", {"deletion": Deletion.PROTECT})
    SharedVolume("shared-retained", {"deletion": Deletion.RETAIN})
    SharedVolume("guarded-shared", {"deletion": Deletion.DESTROY}, guarded("shared"))
