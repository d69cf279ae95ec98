ALTER TABLE "training_epochs" ADD COLUMN "kl" double precision;--> statement-breakpoint
ALTER TABLE "training_epochs" ADD COLUMN "active_units" integer;