from components.aws.static_folders import StaticFolders, StaticFoldersArgs

folders: StaticFoldersArgs = {
    "host": "www.example.com",
    "paths": ["/images/", "/fonts/"],
    "origins": ["https://www.example.com"],
    "price_class": "PriceClass_100",
}


def make(guarded):
    StaticFolders("static", folders)
    StaticFolders("guarded-static", folders, guarded("static"))
