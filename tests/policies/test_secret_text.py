from __future__ import annotations

import pytest

from policies.secret_names import tells_of_a_secret
from policies.secret_text import plain_secret, written

SECRET_LINES = [
    "export DB_PASSWORD=hunter2",
    'DB_PASSWORD="hunter2"',
    "password: changeme",
    '{"password": "abc"}',
    "SESSION_SECRET=changeme && node app.js",
    "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "redis-server --requirepass s3cret",
    "mysql -u root -pS3cret shop",
    "curl -u admin:hunter2 https://example.com",
    "ALTER USER app IDENTIFIED BY 'hunter2'",
    "redis://:hunter2@cache:6379",
    "sh -c 'DB_PASSWORD=hunter2 ./x'",
    '{"db":{"password":"hunter2"}}',
    "jdbc:sqlserver://db:1433;user=app;password=hunter2;encrypt=true",
    "https://example.com/x?access_token=hunter2",
    "Authorization: Basic YXBwOmh1bnRlcjI=",
    "Authorization: Bearer 0b1c2d3e4f5a",
    "echo -n app:hunter2 | sudo chpasswd",
    "aws configure set aws_secret_access_key hunter2abc --profile x",
    "//registry.npmjs.org/:_authToken=hunter2abc",
    "machine example.com login app password hunter2",
    "machine example.com\n  login app\n  password hunter2",
    "docker login -u app -p hunter2 registry.example.com",
    "echo hunter2 | docker login -u app --password-stdin",
    "P=hunter2; printf %s $P | sudo podman login --password-stdin x.example.com",
    "redis-cli -h cache -a hunter2 ping",
    "sshpass -p 'hunter2' ssh app@host",
    "psql 'host=db user=app password=hunter2' -c 'select 1'",
    "mysqladmin -u root password hunter2",
    "htpasswd -bc /etc/nginx/users app hunter2",
    "htpasswd -nb app hunter2 > /etc/nginx/users",
    "net user app hunter2 /add",
    "openssl enc -aes-256-cbc -d -in x -k hunter2 -out y",
    "openssl rsa -in x -passin pass:hunter2",
    "https://hooks.slack.com/services/T000/B000/" + "a1b2c3d4e5",
    "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
    "xoxb-" + "123456789012-abcdefghijkl",
]
PLAIN_LINES = [
    "TOKEN=$(curl https://example.com)",
    "JWT_SECRET=${JWT}",
    "TOKEN_TTL=60",
    "SECRET_ARN=arn:aws:secretsmanager:eu-west-1:123456789012:secret:x",
    "DB_PASSWORD=/shop/production/db",
    "DB_PASSWORD_FILE=/run/secrets/db",
    "PasswordAuthentication no",
    "lock_passwd: true",
    "passwd: $6$rounds=4096$x",
    "secret: str",
    "token = answer;",
    "const token = request.headers.token;",
    'head = {"X-Token": token}',
    'credential = "/".join(parts)',
    "postgres://app:$PASSWORD@db/shop",
    "postgres://app:<password>@db/shop",
    "PUBLIC_KEY=abcdef",
    "Authorization: Bearer authentication",
    "Authorization: Basic authentication",
    "https://example.com/x?access_token=$TOKEN",
    '{"properties":{"password":{"type":"string"}}}',
    "jdbc:oracle:thin:app/$PASSWORD@//db",
    "echo app:$PASSWORD | chpasswd",
    "c-q{D?Pwd=^%Wv$K0>!7gEQfIW}Xf@~z`IP2i-^)9G",
    "echo image:redis > x; chpasswd < /run/logins",
    "aws configure set region eu-west-1",
    'aws configure set aws_secret_access_key "$KEY"',
    "//registry.npmjs.org/:_authToken=${NPM_TOKEN}",
    "every machine has a login and a password somewhere",
    'docker login -u AWS -p "$(aws ecr get-login-password)" registry.example.com',
    "aws ecr get-login-password | docker login -u AWS --password-stdin registry.example.com",
    "echo $TOKEN | docker login --password-stdin",
    "docker run -p 80:80 app",
    "redis-cli -h cache -a $PASSWORD ping",
    "sshpass -f file ssh app@host",
    "sshpass -p $PASSWORD ssh app@host",
    "psql 'host=db user=app password=$PASSWORD'",
    "mysqladmin -u root password $PASSWORD",
    "htpasswd -cB /etc/nginx/users app",
    "htpasswd -bc /etc/nginx/users app $PASSWORD",
    "net user app /active:no",
    "openssl enc -d -kfile key -in x",
    "openssl enc -d -k $KEY -in x",
    "openssl rsa -in x -passin file:key",
    "git clone https://github.com/acme/app",
]


@pytest.mark.parametrize("line", SECRET_LINES)
def test_a_secret_in_a_line_is_seen_and_not_repeated(line: str) -> None:
    found = list(written(f"#!/bin/sh\n{line}\n"))
    assert found
    assert not [what for what in found if "hunter2" in what or ("s3cret" in what.lower() and "SECRET" not in what)]


@pytest.mark.parametrize("line", PLAIN_LINES)
def test_what_only_speaks_of_a_secret_is_none(line: str) -> None:
    assert list(written(f"#!/bin/sh\n{line}\n")) == []


@pytest.mark.parametrize(
    "name",
    [
        *(
            "DB_PASSWORD",
            "apiKey",
            "SECRET",
            "auth.token",
            "MYSQL_PWD_PASSWORD",
            "PGPASSWORD",
            "SMTP_PASS",
            "SMTP_PASS2",
        ),
        *("API_TOKEN", "SESSION_SECRET", "SECRET_KEY_BASE", "TOKEN_GITHUB", "DB_PASSWORD_PROD", "DB_PASSWORD_2"),
        *("PASSWORD_RESET_SECRET", "PASSWORD_RESET_TOKEN", "NEXT_PUBLIC_DB_PASSWORD", "PUBLIC_API_SECRET"),
        *("SITE_API_KEY", "PRIMARY_ACCESS_KEY", "PAGE_ACCESS_TOKEN"),
    ],
)
def test_names_that_tell_of_a_secret(name: str) -> None:
    assert tells_of_a_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        *("TOKEN_TTL", "SECRET_ARN", "KEY", "PUBLIC_KEY", "PORT", "", "PASSWORD_MIN_LENGTH", "PASS_RATE"),
        *("TOKEN_BUCKET", "tokenSigningMethod", "PASSWORD_RESET_SUBJECT", "SECRET_BACKEND", "COGNITO_TOKEN_USE"),
        *(
            "CREDENTIALS_SOURCE",
            "PASSWORD_GRANT",
            "AUTH_TOKEN_ISSUER_DOMAIN",
            "TOKEN_CONTRACT_ADDRESS",
            "TOKEN_BUCKET_2",
        ),
        *("RECAPTCHA_SITE_KEY", "NEXT_PUBLIC_API_KEY", "VITE_MAPBOX_TOKEN", "S3_OBJECT_KEY", "ClientRequestToken"),
        *("STRIPE_PUBLIC_API_KEY", "MAPBOX_PUBLIC_ACCESS_TOKEN"),
        *("RESET_PASSWORD_EMAIL", "PASSWORD_RESET_EMAIL", "USER_PASSWORD_RESET_MAIL", "USER_RESET_PASSWORD_EMAIL"),
    ],
)
def test_names_that_do_not(name: str) -> None:
    assert not tells_of_a_secret(name)


def test_a_value_drawn_by_lot_is_a_secret_under_the_name_of_a_key() -> None:
    assert plain_secret("CACHE_KEY", "h4Jk29sLqpZ81mNbVx73tYw0") == "a value of CACHE_KEY"
    assert plain_secret("CACHE_KEY", "orders-by-customer-v2-x") == ""
    assert plain_secret("CACHE_KEY", "aaaaaaaaaaaaaaaaaaaaaaa1") == ""


def test_what_is_drawn_by_lot_is_a_secret_under_names_that_are_not_of_keys() -> None:
    lot = "h4Jk29sLqpZ81mNbVx73tYw0"
    assert plain_secret("APP_KEY", f"base64:{lot}=") == "a value of APP_KEY"
    for name in ("REGISTRY_AUTH", "HASH_SALT", "LOGIN_PEPPER"):
        assert plain_secret(name, lot) == f"a value of {name}"
        assert plain_secret(name, "orders") == ""
    assert plain_secret("BASIC_AUTH", "enabled") == ""
