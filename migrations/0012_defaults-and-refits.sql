ALTER TABLE "retraining_candidates" ADD COLUMN "refit" jsonb;--> statement-breakpoint
ALTER TABLE "champion_changes" ADD COLUMN "from_model" text;--> statement-breakpoint
ALTER TABLE "champions" ADD COLUMN "warning" text;--> statement-breakpoint
ALTER TABLE "model_versions" ADD COLUMN "refit_of" jsonb;