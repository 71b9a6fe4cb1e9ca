from components.aws.data_volume import DataVolume, DataVolumeArgs
from config.values import Deletion

volume: DataVolumeArgs = {
    "zone": "us-east-1a",
    "size": 20,
    "snapshots": 7,
    "deletion": Deletion.PROTECT,
    "tags": {"application": "shop"},
}


def make(guarded):
    DataVolume("volume", volume)
    DataVolume("volume-retained", {**volume, "deletion": Deletion.RETAIN})
    DataVolume("volume-alone", {**volume, "snapshots": 0, "deletion": Deletion.DESTROY})
    DataVolume("guarded-volume", {**volume, "deletion": Deletion.DESTROY}, guarded("volume"))
