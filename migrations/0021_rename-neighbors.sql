-- The hyperparameter of item-knn that was stored as "neighbours", also as that of a part of a blend.
CREATE FUNCTION pg_temp.renamed_neighbors(document jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT regexp_replace(document::text, '"((parts\.\d+\.)?)neighbours":', '"\1neighbors":', 'g')::jsonb
$$;--> statement-breakpoint
UPDATE "model_versions" SET "hyperparameters" = pg_temp.renamed_neighbors("hyperparameters");--> statement-breakpoint
UPDATE "training_runs" SET "hyperparameters" = pg_temp.renamed_neighbors("hyperparameters");--> statement-breakpoint
UPDATE "retraining_runs" SET "config" = pg_temp.renamed_neighbors("config"), "plan" = pg_temp.renamed_neighbors("plan");--> statement-breakpoint
UPDATE "retraining_candidates" SET "job" = pg_temp.renamed_neighbors("job"), "training" = pg_temp.renamed_neighbors("training"), "refit" = pg_temp.renamed_neighbors("refit");--> statement-breakpoint
UPDATE "reports" SET "result" = pg_temp.renamed_neighbors("result");--> statement-breakpoint
UPDATE "tuning_studies" SET "settings" = pg_temp.renamed_neighbors("settings"), "chosen" = pg_temp.renamed_neighbors("chosen");--> statement-breakpoint
UPDATE "tuning_trials" SET "hyperparameters" = pg_temp.renamed_neighbors("hyperparameters");
