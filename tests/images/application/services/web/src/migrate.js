console.log(`migrated: ${require("greeting")(1000)}`);
