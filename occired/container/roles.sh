#!/usr/bin/env bash
# Runs once, when the database is made: the owner migrates, the application obeys row-level security.
set -euo pipefail
psql --set=ON_ERROR_STOP=1 --set=owner_password="$OWNER_PASSWORD" --set=app_password="$APP_PASSWORD" \
	--username="$POSTGRES_USER" <<'SQL'
CREATE ROLE occired_owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'owner_password';
CREATE ROLE occired_app LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'app_password';
CREATE DATABASE occired OWNER occired_owner;
\connect occired
CREATE EXTENSION btree_gist;
CREATE EXTENSION citext;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION unaccent;
SQL
