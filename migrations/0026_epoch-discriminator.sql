ALTER TABLE "training_epochs" ADD COLUMN "discriminator_accuracy" double precision;--> statement-breakpoint
ALTER TABLE "training_epochs" ADD COLUMN "gradient_norm" double precision;--> statement-breakpoint
ALTER TABLE "training_epochs" ADD COLUMN "covered_modes" integer;