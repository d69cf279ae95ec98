ALTER TABLE "tuning_studies" ADD COLUMN "chosen" jsonb;--> statement-breakpoint
ALTER TABLE "tuning_studies" ADD COLUMN "chosen_at" timestamp with time zone;