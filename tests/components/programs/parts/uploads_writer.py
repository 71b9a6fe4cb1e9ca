from components.aws.uploads_writer import UploadsWriter, UploadsWriterArgs

writer: UploadsWriterArgs = {"bucket_arn": "arn:aws:s3:::shop-uploads"}


def make(guarded):
    UploadsWriter("uploads-writer", writer)
    UploadsWriter("guarded-writer", writer, guarded("writer"))
