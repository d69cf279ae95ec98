CREATE TABLE "erasures" (
	"user_hash" "bytea" PRIMARY KEY NOT NULL,
	"erased_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "training_users" (
	"training_set" text NOT NULL,
	"first_byte" smallint NOT NULL,
	"hashes" "bytea" NOT NULL,
	CONSTRAINT "training_users_training_set_first_byte_pk" PRIMARY KEY("training_set","first_byte"),
	CONSTRAINT "training_users_hashes_are_whole" CHECK (octet_length("training_users"."hashes") % 16 = 0)
);
--> statement-breakpoint
CREATE TABLE "user_hash_salt" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"salt" "bytea" NOT NULL,
	CONSTRAINT "user_hash_salt_is_one" CHECK ("user_hash_salt"."only")
);
--> statement-breakpoint
CREATE TABLE "version_training_sets" (
	"model" text NOT NULL,
	"version" integer NOT NULL,
	"training_set" text NOT NULL,
	CONSTRAINT "version_training_sets_model_version_pk" PRIMARY KEY("model","version")
);
--> statement-breakpoint
ALTER TABLE "version_training_sets" ADD CONSTRAINT "version_training_sets_version_fk" FOREIGN KEY ("model","version") REFERENCES "public"."model_versions"("model","version") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
insert into user_hash_salt (salt) values (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
--> statement-breakpoint
-- Sixteen bytes that stand for a user, the same in every table of this database and in no other one.
create function palate_user_hash(user_id text) returns bytea language sql stable parallel safe as $$
  select substring(sha256(salt || convert_to(user_id, 'UTF8')) for 16) from user_hash_salt
$$;
