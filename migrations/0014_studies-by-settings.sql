DROP INDEX "tuning_studies_by_settings";--> statement-breakpoint
ALTER TABLE "tuning_studies" DROP COLUMN "settings_fingerprint";