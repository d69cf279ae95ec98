-- Hyperparameters and options that were stored under their former names.
CREATE FUNCTION pg_temp.renamed(document jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT replace(replace(replace(document::text,
    '"positiveFrom":', '"positiveThreshold":'),
    '"betaCap":', '"maxBeta":'),
    '"annealing":', '"annealingFraction":')::jsonb
$$;--> statement-breakpoint
UPDATE "model_versions" SET "hyperparameters" = pg_temp.renamed("hyperparameters");--> statement-breakpoint
UPDATE "training_runs" SET "hyperparameters" = pg_temp.renamed("hyperparameters");--> statement-breakpoint
UPDATE "retraining_runs" SET "config" = pg_temp.renamed("config"), "plan" = pg_temp.renamed("plan");--> statement-breakpoint
UPDATE "retraining_candidates" SET "job" = pg_temp.renamed("job"), "training" = pg_temp.renamed("training");--> statement-breakpoint
UPDATE "reports" SET "result" = pg_temp.renamed("result");--> statement-breakpoint
UPDATE "tuning_studies" SET "settings" = pg_temp.renamed("settings");--> statement-breakpoint
UPDATE "tuning_trials" SET "hyperparameters" = pg_temp.renamed("hyperparameters");--> statement-breakpoint
DO $$
DECLARE
  embeddings text;
BEGIN
  FOREACH embeddings IN ARRAY ARRAY['user_embeddings', 'item_embeddings'] LOOP
    IF EXISTS (
      SELECT FROM information_schema.columns
      WHERE table_schema = current_schema() AND table_name = embeddings AND column_name = 'deviation'
    ) THEN
      EXECUTE format('ALTER TABLE %I RENAME COLUMN deviation TO std', embeddings);
    END IF;
  END LOOP;
END $$;
