CREATE TABLE "reports" (
	"run_id" uuid PRIMARY KEY NOT NULL,
	"result" jsonb NOT NULL,
	"html" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "retraining_candidates" (
	"run_id" uuid NOT NULL,
	"variant" text NOT NULL,
	"model" text NOT NULL,
	"version" integer,
	"job" jsonb NOT NULL,
	"training" jsonb,
	"gate" jsonb,
	"promoted_at" timestamp with time zone,
	"error" text,
	CONSTRAINT "retraining_candidates_run_id_variant_pk" PRIMARY KEY("run_id","variant")
);
--> statement-breakpoint
CREATE TABLE "retraining_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"status" text DEFAULT 'running' NOT NULL,
	"outcome" text,
	"reason" text,
	"error" text,
	"config" jsonb NOT NULL,
	"cold" boolean NOT NULL,
	"backend" text NOT NULL,
	"by" text NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "retraining_runs_status_is_known" CHECK ("retraining_runs"."status" in ('running', 'interrupted', 'finished', 'failed', 'abandoned')),
	CONSTRAINT "retraining_runs_outcome_is_known" CHECK ("retraining_runs"."outcome" in ('promoted', 'kept', 'stopped')),
	CONSTRAINT "retraining_runs_finish_with_an_outcome" CHECK (("retraining_runs"."status" = 'finished') = ("retraining_runs"."outcome" is not null))
);
--> statement-breakpoint
CREATE TABLE "snapshots" (
	"run_id" uuid PRIMARY KEY NOT NULL,
	"instant" timestamp with time zone NOT NULL,
	"fingerprint" text NOT NULL,
	"users" integer NOT NULL,
	"items" integer NOT NULL,
	"ratings" bigint NOT NULL,
	"description" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "model_versions" ADD COLUMN "trained_up_to" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "model_versions" ADD COLUMN "retraining_run" uuid;--> statement-breakpoint
ALTER TABLE "model_versions" ADD COLUMN "variant" text;--> statement-breakpoint
ALTER TABLE "model_versions" ADD COLUMN "pruned_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "training_runs" ADD COLUMN "retraining_run" uuid;--> statement-breakpoint
ALTER TABLE "training_runs" ADD COLUMN "variant" text;--> statement-breakpoint
ALTER TABLE "reports" ADD CONSTRAINT "reports_run_id_retraining_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."retraining_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retraining_candidates" ADD CONSTRAINT "retraining_candidates_run_id_retraining_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."retraining_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retraining_candidates" ADD CONSTRAINT "retraining_candidates_version_fk" FOREIGN KEY ("model","version") REFERENCES "public"."model_versions"("model","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshots" ADD CONSTRAINT "snapshots_run_id_retraining_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."retraining_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "retraining_runs_one_running" ON "retraining_runs" USING btree ("status") WHERE "retraining_runs"."status" = 'running';--> statement-breakpoint
CREATE UNIQUE INDEX "model_versions_by_variant" ON "model_versions" USING btree ("retraining_run","variant");--> statement-breakpoint
CREATE UNIQUE INDEX "training_runs_by_variant" ON "training_runs" USING btree ("retraining_run","variant");