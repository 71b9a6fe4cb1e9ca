from components.aws.image_repository import ImageRepository, ImageRepositoryArgs
from config.values import Deletion

images: ImageRepositoryArgs = {"keep": 30, "deletion": Deletion.PROTECT}


def make(guarded):
    ImageRepository("images", images)
    ImageRepository("images-retained", {**images, "deletion": Deletion.RETAIN})
    ImageRepository("images-alone", {**images, "keep": 5, "deletion": Deletion.DESTROY})
    ImageRepository("guarded-images", {**images, "deletion": Deletion.DESTROY}, guarded("images"))
