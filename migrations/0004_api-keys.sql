CREATE TABLE "api_keys" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "api_keys_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"scopes" text[] NOT NULL,
	"sha256" "bytea" NOT NULL,
	"requests_per_minute" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "api_keys_sha256_unique" UNIQUE("sha256"),
	CONSTRAINT "api_keys_scopes_are_known" CHECK ("api_keys"."scopes" <@ array['read', 'write', 'admin'] and cardinality("api_keys"."scopes") > 0),
	CONSTRAINT "api_keys_sha256_has_its_length" CHECK (octet_length("api_keys"."sha256") = 32),
	CONSTRAINT "api_keys_requests_are_positive" CHECK ("api_keys"."requests_per_minute" > 0)
);
