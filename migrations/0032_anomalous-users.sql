CREATE TABLE "anomalous_users" (
	"user_id" text collate "C" PRIMARY KEY NOT NULL,
	"score" double precision NOT NULL,
	"reasons" text[] NOT NULL,
	"cause" text NOT NULL,
	"promoted_item" text,
	"quarantined" boolean NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"until" timestamp with time zone,
	"release" text
);
--> statement-breakpoint
ALTER TABLE "anomalous_users" ADD CONSTRAINT "anomalous_users_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;