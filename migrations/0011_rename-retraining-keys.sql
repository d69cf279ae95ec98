-- Keys of configurations, snapshots and reports of retraining that were stored under their former names.
CREATE FUNCTION pg_temp.renamed_retraining(document jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT replace(replace(document::text,
    '"fewestUsers":', '"minUsers":'),
    '"ratingsADay":', '"ratingsPerDay":')::jsonb
$$;--> statement-breakpoint
UPDATE "retraining_runs" SET "config" = pg_temp.renamed_retraining("config");--> statement-breakpoint
UPDATE "snapshots" SET "description" = pg_temp.renamed_retraining("description");--> statement-breakpoint
UPDATE "reports" SET "result" = pg_temp.renamed_retraining("result");
