ALTER TABLE "retraining_runs" ADD COLUMN "plan" jsonb;--> statement-breakpoint
ALTER TABLE "champion_changes" ADD COLUMN "kind" text DEFAULT 'promotion' NOT NULL;