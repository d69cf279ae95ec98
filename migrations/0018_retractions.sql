CREATE TABLE "retractions" (
	"user_id" text collate "C" NOT NULL,
	"item_id" text collate "C" NOT NULL,
	"retracted_at" timestamp with time zone NOT NULL,
	"arrived_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "retractions_user_id_item_id_pk" PRIMARY KEY("user_id","item_id")
);
--> statement-breakpoint
ALTER TABLE "retractions" ADD CONSTRAINT "retractions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;