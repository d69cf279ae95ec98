CREATE TABLE "experiment_weights" (
	"experiment" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"weights" jsonb NOT NULL,
	CONSTRAINT "experiment_weights_experiment_since_pk" PRIMARY KEY("experiment","since")
);
--> statement-breakpoint
CREATE TABLE "experiments" (
	"name" text PRIMARY KEY NOT NULL,
	"definition" jsonb NOT NULL,
	"status" text DEFAULT 'draft' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"stopped_at" timestamp with time zone,
	CONSTRAINT "experiments_status_is_known" CHECK ("experiments"."status" in ('draft', 'running', 'stopped')),
	CONSTRAINT "experiments_times_fit_status" CHECK (("experiments"."status" = 'draft') = ("experiments"."started_at" is null) and ("experiments"."status" = 'stopped') = ("experiments"."stopped_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "exposures" (
	"user_id" text collate "C" NOT NULL,
	"request_id" text collate "C" NOT NULL,
	"experiment" text NOT NULL,
	"variant" text NOT NULL,
	"forced" boolean NOT NULL,
	"model" text NOT NULL,
	"version" integer NOT NULL,
	"history_size" integer NOT NULL,
	"items" text[] NOT NULL,
	"teams" smallint[],
	"served_at" timestamp with time zone NOT NULL,
	CONSTRAINT "exposures_user_id_request_id_pk" PRIMARY KEY("user_id","request_id"),
	CONSTRAINT "exposures_teams_fit_items" CHECK (cardinality("exposures"."teams") = cardinality("exposures"."items"))
);
--> statement-breakpoint
CREATE TABLE "feedback" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"request_id" text collate "C",
	"user_id" text collate "C",
	"item_id" text collate "C",
	"value" double precision NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"deliveries" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "feedback_belongs_to_something" CHECK ("feedback"."request_id" is not null or "feedback"."user_id" is not null),
	CONSTRAINT "feedback_value_is_finite" CHECK ("feedback"."value" > '-Infinity' and "feedback"."value" < 'Infinity')
);
--> statement-breakpoint
ALTER TABLE "experiment_weights" ADD CONSTRAINT "experiment_weights_experiment_experiments_name_fk" FOREIGN KEY ("experiment") REFERENCES "public"."experiments"("name") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exposures" ADD CONSTRAINT "exposures_experiment_experiments_name_fk" FOREIGN KEY ("experiment") REFERENCES "public"."experiments"("name") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "exposures_by_experiment" ON "exposures" USING btree ("experiment","user_id","served_at");--> statement-breakpoint
CREATE INDEX "exposures_by_request" ON "exposures" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "feedback_by_request" ON "feedback" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "feedback_by_user" ON "feedback" USING btree ("user_id","at");