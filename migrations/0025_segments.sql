CREATE TABLE "segmentations" (
	"model" text NOT NULL,
	"version" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"seed" bigint NOT NULL,
	"users" integer NOT NULL,
	"silhouette" double precision NOT NULL,
	"stability" double precision NOT NULL,
	"segments" jsonb NOT NULL,
	CONSTRAINT "segmentations_model_version_pk" PRIMARY KEY("model","version")
);
--> statement-breakpoint
ALTER TABLE "segmentations" ADD CONSTRAINT "segmentations_model_version_model_versions_model_version_fk" FOREIGN KEY ("model","version") REFERENCES "public"."model_versions"("model","version") ON DELETE cascade ON UPDATE no action;