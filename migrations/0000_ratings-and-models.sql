CREATE TABLE "champion_changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "champion_changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"model" text NOT NULL,
	"from_version" integer,
	"to_version" integer NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"by" text NOT NULL,
	"reason" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "champions" (
	"model" text PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"is_default" boolean DEFAULT false NOT NULL,
	"promoted_at" timestamp with time zone DEFAULT now() NOT NULL,
	"promoted_by" text NOT NULL,
	"reason" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "items" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"title" text,
	"attributes" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "model_versions" (
	"model" text NOT NULL,
	"version" integer NOT NULL,
	"hyperparameters" jsonb NOT NULL,
	"seed" bigint NOT NULL,
	"data_fingerprint" text NOT NULL,
	"data" jsonb NOT NULL,
	"metrics" jsonb NOT NULL,
	"backend" text NOT NULL,
	"parent_version" integer,
	"artifact_key" text NOT NULL,
	"artifact_sha256" text NOT NULL,
	"artifact_bytes" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "model_versions_model_version_pk" PRIMARY KEY("model","version"),
	CONSTRAINT "model_versions_version_counts_from_one" CHECK ("model_versions"."version" >= 1),
	CONSTRAINT "model_versions_sha256_is_hex" CHECK ("model_versions"."artifact_sha256" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE TABLE "ratings" (
	"user_id" text collate "C" NOT NULL,
	"item_id" text collate "C" NOT NULL,
	"value" double precision NOT NULL,
	"rated_at" timestamp with time zone,
	CONSTRAINT "ratings_user_id_item_id_pk" PRIMARY KEY("user_id","item_id"),
	CONSTRAINT "ratings_value_is_finite" CHECK ("ratings"."value" > '-Infinity' and "ratings"."value" < 'Infinity'),
	CONSTRAINT "ratings_rated_at_is_finite" CHECK (isfinite("ratings"."rated_at"))
);
--> statement-breakpoint
CREATE TABLE "training_epochs" (
	"run_id" uuid NOT NULL,
	"epoch" integer NOT NULL,
	"loss" double precision NOT NULL,
	"validation_metric" text,
	"validation_value" double precision,
	"seconds" double precision NOT NULL,
	CONSTRAINT "training_epochs_run_id_epoch_pk" PRIMARY KEY("run_id","epoch"),
	CONSTRAINT "training_epochs_loss_is_finite" CHECK ("training_epochs"."loss" > '-Infinity' and "training_epochs"."loss" < 'Infinity'),
	CONSTRAINT "training_epochs_validation_is_named" CHECK (("training_epochs"."validation_metric" is null) = ("training_epochs"."validation_value" is null))
);
--> statement-breakpoint
CREATE TABLE "training_runs" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"model" text NOT NULL,
	"hyperparameters" jsonb NOT NULL,
	"seed" bigint NOT NULL,
	"data_fingerprint" text NOT NULL,
	"backend" text NOT NULL,
	"status" text DEFAULT 'running' NOT NULL,
	"error" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	"version" integer,
	CONSTRAINT "training_runs_status_is_known" CHECK ("training_runs"."status" in ('running', 'finished', 'interrupted', 'failed')),
	CONSTRAINT "training_runs_end_when_not_running" CHECK (("training_runs"."status" = 'running') = ("training_runs"."finished_at" is null))
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "champions" ADD CONSTRAINT "champions_version_fk" FOREIGN KEY ("model","version") REFERENCES "public"."model_versions"("model","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_versions" ADD CONSTRAINT "model_versions_parent_fk" FOREIGN KEY ("model","parent_version") REFERENCES "public"."model_versions"("model","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ratings" ADD CONSTRAINT "ratings_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ratings" ADD CONSTRAINT "ratings_item_id_items_id_fk" FOREIGN KEY ("item_id") REFERENCES "public"."items"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_epochs" ADD CONSTRAINT "training_epochs_run_id_training_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."training_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_runs" ADD CONSTRAINT "training_runs_version_fk" FOREIGN KEY ("model","version") REFERENCES "public"."model_versions"("model","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "champions_one_default" ON "champions" USING btree ("is_default") WHERE "champions"."is_default";