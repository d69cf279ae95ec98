CREATE TABLE "tuning_results" (
	"study_id" uuid NOT NULL,
	"trial" integer NOT NULL,
	"rung" integer NOT NULL,
	"epochs" integer NOT NULL,
	"best_epoch" integer NOT NULL,
	"metric" text NOT NULL,
	"value" double precision NOT NULL,
	"ended" boolean NOT NULL,
	"seconds" double precision NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tuning_results_study_id_trial_rung_pk" PRIMARY KEY("study_id","trial","rung"),
	CONSTRAINT "tuning_results_value_is_finite" CHECK ("tuning_results"."value" > '-Infinity' and "tuning_results"."value" < 'Infinity'),
	CONSTRAINT "tuning_results_best_epoch_was_trained" CHECK ("tuning_results"."best_epoch" <= "tuning_results"."epochs")
);
--> statement-breakpoint
CREATE TABLE "tuning_studies" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"model" text NOT NULL,
	"settings" jsonb NOT NULL,
	"settings_fingerprint" text NOT NULL,
	"seed" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tuning_trials" (
	"study_id" uuid NOT NULL,
	"trial" integer NOT NULL,
	"hyperparameters" jsonb NOT NULL,
	"rung" integer DEFAULT 0 NOT NULL,
	"error" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tuning_trials_study_id_trial_pk" PRIMARY KEY("study_id","trial")
);
--> statement-breakpoint
ALTER TABLE "tuning_results" ADD CONSTRAINT "tuning_results_trial_fk" FOREIGN KEY ("study_id","trial") REFERENCES "public"."tuning_trials"("study_id","trial") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tuning_trials" ADD CONSTRAINT "tuning_trials_study_id_tuning_studies_id_fk" FOREIGN KEY ("study_id") REFERENCES "public"."tuning_studies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "tuning_studies_by_settings" ON "tuning_studies" USING btree ("settings_fingerprint","created_at");