// Written by npm run build:client from the service's OpenAPI document; do not edit.
export interface paths {
    "/blend": {
        /** Recommends items to a group */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description mean: the mean of the members’ embeddings; least-misery: each item has the lowest of the members’ scores, each relative to the member’s best score; product-of-experts: the embeddings weighted by their precision, for a model with a posterior such as mult-vae
                         * @default mean
                         * @enum {string}
                         */
                        blend?: "mean" | "least-misery" | "product-of-experts";
                        /**
                         * @description Trades relevance for diversity by maximal marginal relevance: 0 ranks by score alone, 1 by dissimilarity alone
                         * @default 0
                         */
                        diversity?: number;
                        /**
                         * @description Whether all items are scored, also where the model has an approximate search for its large catalog. Takes longer
                         * @default false
                         */
                        exact?: boolean;
                        /**
                         * @description Items that must not be in the list
                         * @default []
                         */
                        exclude?: string[];
                        /**
                         * @description Whether rated items are left out of the list
                         * @default true
                         */
                        excludeSeen?: boolean;
                        /** @description Which items may be in the list, by their attributes */
                        filter?: string | components["schemas"]["Filter"];
                        /** @description The only items that may be in the list */
                        include?: string[];
                        /**
                         * @description The number of items
                         * @default 10
                         */
                        k?: number;
                        members: components["schemas"]["UserOrHistory"][];
                        /** @description The name of the champion to use; by default the default model */
                        model?: string;
                        /**
                         * @description Lowers the rank of popular items: by this many standard deviations of the scores for each standard deviation of log popularity above the mean. Scores in the response are not changed
                         * @default 0
                         */
                        popularityPenalty?: number;
                    };
                };
            };
            responses: {
                /** @description The top items for the group, by default without items that a member has rated */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["GroupRecommendation"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/docs": {
        /** The API reference as a page */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/docs/{asset}": {
        /** A script or style sheet of the page */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    asset: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A script or a style sheet */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/css": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/erasures": {
        /**
         * Erases a user whose id no URL can contain, such as . or ..
         * @description The same as DELETE /users/{userId}, for any id that is stored.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        userId: string;
                    };
                };
            };
            responses: {
                /** @description The user is erased */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Erasure"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/experiments": {
        /** All experiments, newest first */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            experiments: components["schemas"]["Experiment"][];
                        };
                        "text/csv": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        /** Creates an experiment as a draft; it assigns no users before it is started */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default 24 */
                        attributionHours?: number;
                        /** @default 0.95 */
                        confidence?: number;
                        /** @default 14 */
                        days?: number;
                        /** @default {} */
                        eligibility?: {
                            maxHistory?: number;
                            minHistory?: number;
                        };
                        /** @default [] */
                        guardrails?: {
                            /**
                             * @default up
                             * @enum {string}
                             */
                            direction?: "up" | "down";
                            event: string;
                            /** @enum {string} */
                            kind: "conversion" | "count" | "value" | "rate";
                            name: string;
                        }[];
                        hypothesis: string;
                        layer?: string;
                        minimumDetectableEffect: number;
                        /**
                         * @default split
                         * @enum {string}
                         */
                        mode?: "split" | "interleaving";
                        name: string;
                        /** @default 0.8 */
                        power?: number;
                        /** @default 28 */
                        preExperimentDays?: number;
                        primaryMetric: {
                            /**
                             * @default up
                             * @enum {string}
                             */
                            direction?: "up" | "down";
                            event: string;
                            /** @enum {string} */
                            kind: "conversion" | "count" | "value" | "rate";
                            name: string;
                        };
                        /**
                         * @default {
                         *       "from": 0,
                         *       "to": 1
                         *     }
                         */
                        segment?: {
                            from: number;
                            to: number;
                        };
                        surface?: string;
                        /** @default {} */
                        testers?: {
                            [key: string]: string;
                        };
                        variants: {
                            model: string;
                            name: string;
                            /** @default {} */
                            parameters?: {
                                diversity?: number;
                                explore?: boolean;
                                popularityPenalty?: number;
                            };
                            version?: number;
                            /** @default 1 */
                            weight?: number;
                        }[];
                    };
                };
            };
            responses: {
                /** @description The draft, including all defaults */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Experiment"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/experiments/{name}": {
        /** One experiment */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The experiment */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Experiment"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/experiments/{name}/report": {
        /** The report of an experiment: verdict, checks and metrics so far */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The report on the current log */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ExperimentReport"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/experiments/{name}/start": {
        /** Starts a draft; every replica assigns users within seconds */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Running */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Experiment"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/experiments/{name}/stop": {
        /** Stops an experiment; its log and report are kept */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Stopped */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Experiment"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/feedback": {
        /**
         * Saves one or several events
         * @description An event belongs to the response that `requestId` names, or else to the last response of an experiment that showed the item to the user. For each response, type and item, one event is saved.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["FeedbackEvent"] | components["schemas"]["FeedbackEvent"][];
                };
            };
            responses: {
                /** @description The number of new events, and of events that had been saved before */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SavedFeedback"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/health/live": {
        /** Whether the process responds */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It responds */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            status: "live";
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/health/ready": {
        /** Whether the database and the default model are available, and no model is still being loaded */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description They are available. A model that cannot be loaded, and is not the default, does not prevent this */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            models: {
                                name: string;
                                /** @enum {string} */
                                status: "loaded" | "loading" | "failed";
                                /** @description The version that serves; null if none does */
                                version: number | null;
                            }[];
                            /** @enum {string} */
                            status: "ready";
                            /** @description Present if a baseline was better than every champion when they were evaluated last */
                            warning?: string;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/interpolate": {
        /** Recommends items at equal steps between two users in the latent space */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description Trades relevance for diversity by maximal marginal relevance: 0 ranks by score alone, 1 by dissimilarity alone
                         * @default 0
                         */
                        diversity?: number;
                        /**
                         * @description Whether all items are scored, also where the model has an approximate search for its large catalog. Takes longer
                         * @default false
                         */
                        exact?: boolean;
                        /**
                         * @description Items that must not be in the list
                         * @default []
                         */
                        exclude?: string[];
                        /**
                         * @description Whether rated items are left out of the list
                         * @default true
                         */
                        excludeSeen?: boolean;
                        /** @description Which items may be in the list, by their attributes */
                        filter?: string | components["schemas"]["Filter"];
                        from: components["schemas"]["UserOrHistory"];
                        /** @description The only items that may be in the list */
                        include?: string[];
                        /**
                         * @description The number of items
                         * @default 10
                         */
                        k?: number;
                        /** @description The name of the champion to use; by default the default model */
                        model?: string;
                        /**
                         * @description Lowers the rank of popular items: by this many standard deviations of the scores for each standard deviation of log popularity above the mean. Scores in the response are not changed
                         * @default 0
                         */
                        popularityPenalty?: number;
                        /**
                         * @description The number of lists
                         * @default 5
                         */
                        steps?: number;
                        to: components["schemas"]["UserOrHistory"];
                    };
                };
            };
            responses: {
                /** @description A list for each step, including both ends */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Interpolation"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/items": {
        /** The items of the catalog, also those that are not recommended */
        get: {
            parameters: {
                query?: {
                    /** @description The nextCursor of the previous page; the first page by default */
                    cursor?: string;
                    /** @description Conditions on the attributes of items; see docs/http-api.md for the language */
                    filter?: string;
                    /** @description The maximum number of entries of a page */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description In the order of their ids. With a filter, a page reads at most 20,000 items and may have fewer entries than `limit`, or none, although more pages follow */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Items"];
                        "text/csv": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        /**
         * Adds or changes one or several items, all or none
         * @description Fields that are omitted keep their values; those of a new item have their defaults. Of several changes of one item, the later ones are applied last.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NamedItem"] | components["schemas"]["NamedItem"][];
                };
            };
            responses: {
                /** @description How many items were inserted, updated, and unchanged */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SavedItems"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/items/{itemId}": {
        /** An item of the catalog */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    itemId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The item */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Item"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        /**
         * Adds or changes an item
         * @description Fields that are omitted keep their values; those of a new item have their defaults. The next response reflects the change.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    itemId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ItemChange"];
                };
            };
            responses: {
                /** @description The item as it is stored */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Item"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        /**
         * Deletes an item that has no ratings
         * @description An item with ratings, also replaced ones and those in quarantine, stays: hide it instead. Models that know the deleted item do not recommend it. Scans all ratings.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    itemId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The item is deleted */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeletedItem"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/items/{itemId}/embedding": {
        /** The vector of an item */
        get: {
            parameters: {
                query?: {
                    /** @description The name of the champion to use; by default the default model */
                    model?: string;
                };
                header?: never;
                path: {
                    itemId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description For mult-vae and u-autorec, the item’s weights in the last layer of the decoder; for i-autorec, its code */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ItemEmbedding"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/items/{itemId}/similar": {
        /** The items most similar to an item */
        get: {
            parameters: {
                query?: {
                    /** @description Items that must not be in the list. Repeat the parameter or separate ids by commas; an id that contains a comma can only be sent in a body */
                    exclude?: string[];
                    /** @description Conditions on the attributes of items; see docs/http-api.md for the language */
                    filter?: string;
                    /** @description The only items that may be in the list. Repeat the parameter or separate ids by commas; an id that contains a comma can only be sent in a body */
                    include?: string[];
                    /** @description The number of items */
                    k?: number;
                    /** @description The name of the champion to use; by default the default model */
                    model?: string;
                };
                header?: never;
                path: {
                    itemId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Scores are cosines of the centered item vectors: the vectors minus the mean of all item vectors of the model */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SimilarItems"];
                        "text/csv": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/map/items": {
        /** Two coordinates for each item */
        get: {
            parameters: {
                query?: {
                    /** @description The name of the champion to use; by default the default model */
                    model?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description All items that the model knows, laid out by UMAP at training time: items with similar vectors are near each other. Items that were added later are placed by the most similar items */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ItemMap"];
                        "text/csv": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/map/users": {
        /** Two coordinates for each of a sample of training users */
        get: {
            parameters: {
                query?: {
                    /** @description The name of the champion to use; by default the default model */
                    model?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description At most 2,000 training users, laid out by UMAP at training time: users with similar embeddings are near each other. Their ids are not stored */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UserMap"];
                        "text/csv": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/metrics": {
        /** The metrics of the service, for Prometheus */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Metrics in the text format of Prometheus */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/models": {
        /** The champion of each model */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description In alphabetical order */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Models"];
                        "text/csv": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/openapi.json": {
        /** This document */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description An OpenAPI 3.1 document */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            openapi: "3.1.0";
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/popular": {
        /** The most popular items, as for an unknown user */
        get: {
            parameters: {
                query?: {
                    /** @description Items that must not be in the list. Repeat the parameter or separate ids by commas; an id that contains a comma can only be sent in a body */
                    exclude?: string[];
                    /** @description Conditions on the attributes of items; see docs/http-api.md for the language */
                    filter?: string;
                    /** @description The only items that may be in the list. Repeat the parameter or separate ids by commas; an id that contains a comma can only be sent in a body */
                    include?: string[];
                    /** @description The number of items */
                    k?: number;
                    /** @description The name of the champion to use; by default the default model */
                    model?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Scores are the popularity by which the model ranks items for an unknown user: the number of ratings in its training, or of positive ones for the model popularity */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PopularItems"];
                        "text/csv": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/ratings": {
        /**
         * Saves one or several ratings or other events, all or none
         * @description Creates unknown users and items; a model learns of a new item in its next training. The database keeps one rating for a user and an item: that of the strongest kind of event (rating, like, dislike before purchase before cart before view), and among equally strong events that of the latest. So events may be sent twice and in any order. The next recommendation reflects the saved ratings.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Rating"] | components["schemas"]["Rating"][];
                };
            };
            responses: {
                /** @description How many ratings were inserted, updated, and unchanged because the same or a later rating was saved before */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SavedRatings"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/recommend": {
        /** Recommends items for a history in the body, or to a user */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description Trades relevance for diversity by maximal marginal relevance: 0 ranks by score alone, 1 by dissimilarity alone
                         * @default 0
                         */
                        diversity?: number;
                        /**
                         * @description Whether all items are scored, also where the model has an approximate search for its large catalog. Takes longer
                         * @default false
                         */
                        exact?: boolean;
                        /**
                         * @description Items that must not be in the list
                         * @default []
                         */
                        exclude?: string[];
                        /**
                         * @description Whether rated items are left out of the list
                         * @default true
                         */
                        excludeSeen?: boolean;
                        /** @description Draws the list at random around the best one; the same seed draws the same list. Each item has its propensity. Cannot be combined with diversity */
                        explore?: {
                            seed?: number;
                        };
                        /** @description Which items may be in the list, by their attributes */
                        filter?: string | components["schemas"]["Filter"];
                        history?: components["schemas"]["History"];
                        /** @description The only items that may be in the list */
                        include?: string[];
                        /**
                         * @description The number of items
                         * @default 10
                         */
                        k?: number;
                        /** @description The name of the champion to use; by default the default model */
                        model?: string;
                        /**
                         * @description Lowers the rank of popular items: by this many standard deviations of the scores for each standard deviation of log popularity above the mean. Scores in the response are not changed
                         * @default 0
                         */
                        popularityPenalty?: number;
                        /**
                         * @description Whether the list is built item by item, each the best one for the history with the items before it as positives. For at most 100 items; cannot be combined with diversity or explore
                         * @default false
                         */
                        sequential?: boolean;
                        /** @description The place in the product where the list is shown; experiments on this surface apply, and without it those that name no surface */
                        surface?: string;
                        /** @description Instead of a history */
                        userId?: string;
                    };
                };
            };
            responses: {
                /** @description The top items */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RecommendationForHistory"];
                        "text/csv": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/recommend/{userId}": {
        /** Recommends items to a user by their current ratings */
        get: {
            parameters: {
                query?: {
                    /** @description Trades relevance for diversity by maximal marginal relevance: 0 ranks by score alone, 1 by dissimilarity alone */
                    diversity?: number;
                    /** @description Whether all items are scored, also where the model has an approximate search for its large catalog. Takes longer */
                    exact?: boolean;
                    /** @description Items that must not be in the list. Repeat the parameter or separate ids by commas; an id that contains a comma can only be sent in a body */
                    exclude?: string[];
                    /** @description Whether rated items are left out of the list */
                    excludeSeen?: boolean;
                    /** @description Draws the list at random around the best one; the same seed draws the same list. Each item has its propensity. Cannot be combined with diversity */
                    explore?: string;
                    /** @description Conditions on the attributes of items; see docs/http-api.md for the language */
                    filter?: string;
                    /** @description The only items that may be in the list. Repeat the parameter or separate ids by commas; an id that contains a comma can only be sent in a body */
                    include?: string[];
                    /** @description The number of items */
                    k?: number;
                    /** @description The name of the champion to use; by default the default model */
                    model?: string;
                    /** @description Lowers the rank of popular items: by this many standard deviations of the scores for each standard deviation of log popularity above the mean. Scores in the response are not changed */
                    popularityPenalty?: number;
                    /** @description Whether the list is built item by item, each the best one for the history with the items before it as positives. For at most 100 items; cannot be combined with diversity or explore */
                    sequential?: boolean;
                    /** @description The place in the product where the list is shown; experiments on this surface apply, and without it those that name no surface */
                    surface?: string;
                };
                header?: never;
                path: {
                    userId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The top items; the most popular ones for an unknown user */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Recommendation"];
                        "text/csv": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/recommend/{userId}/explain/{itemId}": {
        /** Explains the rank of an item by the user’s history, or why the item is left out */
        get: {
            parameters: {
                query?: {
                    /** @description Items that must not be in the list. Repeat the parameter or separate ids by commas; an id that contains a comma can only be sent in a body */
                    exclude?: string[];
                    /** @description Whether rated items are left out of the list */
                    excludeSeen?: boolean;
                    /** @description Conditions on the attributes of items; see docs/http-api.md for the language */
                    filter?: string;
                    /** @description The only items that may be in the list. Repeat the parameter or separate ids by commas; an id that contains a comma can only be sent in a body */
                    include?: string[];
                    /** @description The name of the champion to use; by default the default model */
                    model?: string;
                };
                header?: never;
                path: {
                    itemId: string;
                    userId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The contribution of each item of the history is the exact change of the score without it */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Explanation"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/recommend/batch": {
        /** Recommends items to many users; experiments are ignored */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description Trades relevance for diversity by maximal marginal relevance: 0 ranks by score alone, 1 by dissimilarity alone
                         * @default 0
                         */
                        diversity?: number;
                        /**
                         * @description Whether all items are scored, also where the model has an approximate search for its large catalog. Takes longer
                         * @default false
                         */
                        exact?: boolean;
                        /**
                         * @description Items that must not be in the list
                         * @default []
                         */
                        exclude?: string[];
                        /**
                         * @description Whether rated items are left out of the list
                         * @default true
                         */
                        excludeSeen?: boolean;
                        /** @description Draws the list at random around the best one; the same seed draws the same list. Each item has its propensity. Cannot be combined with diversity */
                        explore?: {
                            seed?: number;
                        };
                        /** @description Which items may be in the list, by their attributes */
                        filter?: string | components["schemas"]["Filter"];
                        /** @description The only items that may be in the list */
                        include?: string[];
                        /**
                         * @description The number of items
                         * @default 10
                         */
                        k?: number;
                        /** @description The name of the champion to use; by default the default model */
                        model?: string;
                        /**
                         * @description Lowers the rank of popular items: by this many standard deviations of the scores for each standard deviation of log popularity above the mean. Scores in the response are not changed
                         * @default 0
                         */
                        popularityPenalty?: number;
                        /**
                         * @description Whether the list is built item by item, each the best one for the history with the items before it as positives. For at most 100 items; cannot be combined with diversity or explore
                         * @default false
                         */
                        sequential?: boolean;
                        userIds: string[];
                    };
                };
            };
            responses: {
                /** @description A list for each user, in the order of the request */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RecommendationBatch"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/reports/{id}": {
        /** The report of a retraining run: metrics, gate, drift, and the lists of ten users */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The report as a page; as JSON with .json in the path, or if the Accept header prefers it */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RetrainingReport"];
                        "text/html": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/score": {
        /** Scores the listed items for a user or a history */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        items: string[];
                        /** @description The name of the champion to use; by default the default model */
                        model?: string;
                        subject: components["schemas"]["UserOrHistory"];
                    };
                };
            };
            responses: {
                /** @description The scores in the order of the request, including rated items */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Scores"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/segments": {
        /** Clusters of users with similar embeddings */
        get: {
            parameters: {
                query?: {
                    /** @description The name of the champion to use; by default the default model */
                    model?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The segments that npm run segments has stored for the version of the model that serves requests, the largest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Segments"];
                        "text/csv": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/steer": {
        /** Recommends items to a user, moved toward an attribute in the latent space */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description Trades relevance for diversity by maximal marginal relevance: 0 ranks by score alone, 1 by dissimilarity alone
                         * @default 0
                         */
                        diversity?: number;
                        /**
                         * @description Whether all items are scored, also where the model has an approximate search for its large catalog. Takes longer
                         * @default false
                         */
                        exact?: boolean;
                        /**
                         * @description Items that must not be in the list
                         * @default []
                         */
                        exclude?: string[];
                        /**
                         * @description Whether rated items are left out of the list
                         * @default true
                         */
                        excludeSeen?: boolean;
                        /** @description Which items may be in the list, by their attributes */
                        filter?: string | components["schemas"]["Filter"];
                        history?: components["schemas"]["History"];
                        /** @description The only items that may be in the list */
                        include?: string[];
                        /**
                         * @description The number of items
                         * @default 10
                         */
                        k?: number;
                        /** @description The name of the champion to use; by default the default model */
                        model?: string;
                        /**
                         * @description Lowers the rank of popular items: by this many standard deviations of the scores for each standard deviation of log popularity above the mean. Scores in the response are not changed
                         * @default 0
                         */
                        popularityPenalty?: number;
                        /**
                         * @description How far the embedding is moved, in lengths of the embedding: 0 does not move it, a negative number moves it away from the attribute
                         * @default 0.5
                         */
                        strength?: number;
                        toward: components["schemas"]["AttributeValue"];
                        /** @description Instead of a history */
                        userId?: string;
                    };
                };
            };
            responses: {
                /** @description The top items for the moved embedding */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SteeredRecommendation"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/trending": {
        /**
         * The items whose positive interactions have increased most
         * @description An item is scored by (n − m) / √(n + m), where n is its number of positive interactions in the window and m that in the window of the same length before. What is positive depends on the model. The counts are at most five seconds old.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Items that must not be in the list. Repeat the parameter or separate ids by commas; an id that contains a comma can only be sent in a body */
                    exclude?: string[];
                    /** @description Conditions on the attributes of items; see docs/http-api.md for the language */
                    filter?: string;
                    /** @description The only items that may be in the list. Repeat the parameter or separate ids by commas; an id that contains a comma can only be sent in a body */
                    include?: string[];
                    /** @description The number of items */
                    k?: number;
                    /** @description The name of the champion to use; by default the default model */
                    model?: string;
                    /** @description How far the window reaches back: hours or days, at most 90d */
                    window?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Highest score first; only items with a positive interaction in the window */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TrendingItems"];
                        "text/csv": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/users/{userId}": {
        /**
         * Erases a user with all ratings, served lists and feedback
         * @description The user is unknown from the next request on; at other replicas, after a notification from the database, which takes milliseconds and at most two seconds. Erasing the user again is not an error and reports the same versions.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    userId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The user is erased */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Erasure"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/users/{userId}/embedding": {
        /** The embedding of a user in the latent space of a model */
        get: {
            parameters: {
                query?: {
                    /** @description The name of the champion to use; by default the default model */
                    model?: string;
                };
                header?: never;
                path: {
                    userId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The embedding of the user’s current ratings; for an unknown user, that of an empty history */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Embedding"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/users/{userId}/position": {
        /** Where a user is on the map of users */
        get: {
            parameters: {
                query?: {
                    /** @description The name of the champion to use; by default the default model */
                    model?: string;
                };
                header?: never;
                path: {
                    userId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Computed from the user’s current ratings: the median position of the 10 nearest users of the map */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UserPosition"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/users/{userId}/ratings": {
        /** The ratings of a user */
        get: {
            parameters: {
                query?: {
                    /** @description The nextCursor of the previous page; the first page by default */
                    cursor?: string;
                    /** @description Also lists events that are not current ratings: replaced, weaker, in quarantine, and retractions */
                    events?: boolean;
                    /** @description The maximum number of entries of a page */
                    limit?: number;
                };
                header?: never;
                path: {
                    userId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description By item id; with `events`, those of an item in the order of their arrival. None for an unknown user */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UserRatings"];
                        "text/csv": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/users/{userId}/ratings/{itemId}": {
        /**
         * Retracts the rating of an item
         * @description Deletes all ratings of the item by the user, also replaced ones and those in quarantine, and stores the time of the retraction. A rating that arrives later counts if its time is after the retraction, or if it is posted without a time. The next response reflects the change.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    itemId: string;
                    userId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The user has no rating of the item now */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Retraction"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/users/{userId}/segment": {
        /** The segment of a user */
        get: {
            parameters: {
                query?: {
                    /** @description The name of the champion to use; by default the default model */
                    model?: string;
                };
                header?: never;
                path: {
                    userId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The segment with the centroid nearest to the embedding of the user’s current ratings */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UserSegment"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/users/{userId}/similar": {
        /** The users most similar to a user */
        get: {
            parameters: {
                query?: {
                    /** @description The number of items */
                    k?: number;
                    /** @description The name of the champion to use; by default the default model */
                    model?: string;
                };
                header?: never;
                path: {
                    userId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Most similar first, compared by their current ratings; none if the model cannot rank by the user’s history. Candidates come from an index of at most 50,000 users, chosen by a hash of their ids if there are more, and rebuilt when it is older than ten minutes */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SimilarUsers"];
                        "text/csv": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An attribute of items, and one of its values */
        AttributeValue: {
            attribute: string;
            value: string | number | boolean;
        };
        /**
         * @description What the scores are based on: popularity if the model knows no item of the history, or ranks by positive interactions and there are none
         * @enum {string}
         */
        Basis: "history" | "popularity";
        DeletedItem: {
            itemId: string;
        };
        Embedding: {
            /**
             * Format: date-time
             * @description Ratings committed before this time are included
             */
            asOf: string;
            /** @description For a model with a posterior, the mean of the posterior */
            embedding: number[];
            /** @description The number of items rated */
            historySize: number;
            model: components["schemas"]["ModelVersion"];
            size: number;
            /** @description The standard deviations of the posterior; null for a model without a posterior */
            std: number[] | null;
            userId: string;
        };
        Erasure: {
            /** @description The number of retraining reports that showed the user */
            changedReports: number;
            /** Format: date-time */
            erasedAt: string;
            /** @description The number of lists served in experiments */
            erasedExposures: number;
            erasedFeedback: number;
            erasedRatings: number;
            /** @description The number of ratings that had been retracted */
            erasedRetractions: number;
            /** @description The number of experiments that named the user as a tester */
            experimentsTested: number;
            /** @description Unfinished retraining runs whose copy of the ratings is deleted. One that is executing continues, on workers with a copy without the user; the others cannot be resumed */
            runsWithoutRatings: string[];
            /** @description Versions trained on the user’s ratings; their weights keep what was learned until the model is retrained */
            trainedVersions: {
                /** @description Whether the version is a champion now */
                isChampion: boolean;
                model: string;
                /**
                 * @description Whether the version was trained on the ratings, or started from a version that was
                 * @enum {string}
                 */
                through: "ratings" | "parent";
                version: number;
            }[];
            /** @description Trainings that read the ratings before the erasure; erasing the user again names what they have published */
            trainingsInProgress: {
                model: string;
                /** Format: date-time */
                startedAt: string;
            }[];
            /** @description Versions registered without a record of the users they were trained on */
            unknownVersions: {
                model: string;
                version: number;
            }[];
            userId: string;
        };
        Experiment: {
            /** Format: date-time */
            createdAt: string;
            definition: {
                /** @default 24 */
                attributionHours: number;
                /** @default 0.95 */
                confidence: number;
                /** @default 14 */
                days: number;
                /** @default {} */
                eligibility: {
                    maxHistory?: number;
                    minHistory?: number;
                };
                /** @default [] */
                guardrails: {
                    /**
                     * @default up
                     * @enum {string}
                     */
                    direction: "up" | "down";
                    event: string;
                    /** @enum {string} */
                    kind: "conversion" | "count" | "value" | "rate";
                    name: string;
                }[];
                hypothesis: string;
                layer?: string;
                minimumDetectableEffect: number;
                /**
                 * @default split
                 * @enum {string}
                 */
                mode: "split" | "interleaving";
                name: string;
                /** @default 0.8 */
                power: number;
                /** @default 28 */
                preExperimentDays: number;
                primaryMetric: {
                    /**
                     * @default up
                     * @enum {string}
                     */
                    direction: "up" | "down";
                    event: string;
                    /** @enum {string} */
                    kind: "conversion" | "count" | "value" | "rate";
                    name: string;
                };
                /**
                 * @default {
                 *       "from": 0,
                 *       "to": 1
                 *     }
                 */
                segment: {
                    from: number;
                    to: number;
                };
                surface?: string;
                /** @default {} */
                testers: {
                    [key: string]: string;
                };
                variants: {
                    model: string;
                    name: string;
                    /** @default {} */
                    parameters: {
                        diversity?: number;
                        explore?: boolean;
                        popularityPenalty?: number;
                    };
                    version?: number;
                    /** @default 1 */
                    weight: number;
                }[];
            };
            /** Format: date-time */
            startedAt: string | null;
            /** @enum {string} */
            status: "draft" | "running" | "stopped";
            /** Format: date-time */
            stoppedAt: string | null;
        };
        ExperimentReport: {
            /** @description Exposures, feedback and the check of the split */
            flow: {
                [key: string]: unknown;
            };
            /** @description Each metric by variant, with lifts and their intervals, over time, by day and by segment */
            metrics: {
                [key: string]: unknown;
            }[];
            verdict: {
                /** @enum {string} */
                decision: "better" | "worse" | "no-difference" | "not-yet" | "untrusted" | "stop";
                remainingDays: number | null;
                text: string;
            };
        } & {
            [key: string]: unknown;
        };
        Explanation: {
            /**
             * Format: date-time
             * @description Ratings committed before this time are included
             */
            asOf: string;
            basis: components["schemas"]["Basis"];
            /** @description The number of items rated */
            historySize: number;
            itemId: string;
            /** @description The number of items of the history that the model knows */
            knownItems: number;
            /**
             * @description Why the item is not recommended: hidden or outside its dates (unavailable), already rated (seen) or excluded by the options (filtered); null if it may be shown
             * @enum {string|null}
             */
            leftOut: "unavailable" | "seen" | "filtered" | null;
            model: components["schemas"]["ModelVersion"];
            /** @description The position in the complete list, from 1; null if the item is left out */
            rank: number | null;
            /** @description Largest contribution first, for all items of the history that the model knows. If the model has no closed form and there are more than 256 items, only for the 256 whose contributions are estimated to be the largest in absolute value; the parts of a blend share the 256 */
            reasons: {
                /** @description By how much the score falls without this item in the history */
                contribution: number;
                itemId: string;
                title: string | null;
                value: number;
            }[];
            score: number;
            title: string | null;
            userId: string;
        };
        FeedbackEvent: {
            /** @description An id that the client gives the event: events with the same id are saved once */
            eventId?: string;
            itemId?: string;
            /** @description The request id of the recommendation that led to the event */
            requestId?: string;
            /** @description Unix seconds, Unix milliseconds, or ISO 8601 such as 2023-11-14T22:13:20Z, from 1970 to a day from now; by default now */
            time?: number | string;
            /** @description click, view, purchase, rating, or a type of your own */
            type: string;
            userId?: string;
            /** @description The value of the event, such as a price; by default 1 */
            value?: number;
        };
        /** @description A condition, or conditions combined by and, or, not; at most 200 conditions and 1000 listed values, 20 levels deep */
        Filter: {
            attribute: string;
            /** @enum {string} */
            operator: "=" | "!=" | "<" | "<=" | ">" | ">=";
            value: string | number | boolean;
        } | {
            attribute: string;
            in: (string | number | boolean)[];
        } | {
            and: components["schemas"]["Filter"][];
        } | {
            or: components["schemas"]["Filter"][];
        } | {
            not: components["schemas"]["Filter"];
        };
        GroupRecommendation: {
            /**
             * Format: date-time
             * @description Ratings committed before this time are included
             */
            asOf: string;
            basis: components["schemas"]["Basis"];
            /** @enum {string} */
            blend: "mean" | "least-misery" | "product-of-experts";
            /** @description Items that the model was not trained on */
            ignored: string[];
            items: components["schemas"]["RecommendedItem"][];
            model: components["schemas"]["ModelVersion"];
            requestId: string;
        };
        History: {
            itemId: string;
            /** @description The rating; by default the highest rating in the training data. A negative value is a dislike */
            value?: number;
        }[];
        Interpolation: {
            /**
             * Format: date-time
             * @description Ratings committed before this time are included
             */
            asOf: string;
            lists: {
                items: components["schemas"]["RecommendedItem"][];
                /** @description From 0 at `from` to 1 at `to` */
                position: number;
            }[];
            model: components["schemas"]["ModelVersion"];
        };
        Item: {
            attributes: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            availableFrom: string | null;
            /** Format: date-time */
            availableUntil: string | null;
            hidden: boolean;
            itemId: string;
            title: string | null;
        };
        ItemChange: {
            /** @description Strings, numbers, booleans, or lists of these, by name; all together at most 65,536 characters as JSON. Replaces all attributes of the item */
            attributes?: {
                [key: string]: string | number | boolean | (string | number | boolean)[] | null;
            };
            /** @description The item is not recommended before this time; null for no limit */
            availableFrom?: number | string | null;
            /** @description The item is not recommended from this time on; null for no limit */
            availableUntil?: number | string | null;
            /** @description Whether the item is never recommended */
            hidden?: boolean;
            title?: string | null;
        };
        ItemEmbedding: {
            embedding: number[];
            itemId: string;
            model: components["schemas"]["ModelVersion"];
            size: number;
        };
        ItemMap: {
            items: {
                /** @description Whether it was added after the training */
                isNew: boolean;
                itemId: string;
                title: string | null;
                /** @description Between −1 and 1 */
                x: number;
                /** @description Between −1 and 1 */
                y: number;
            }[];
            model: components["schemas"]["ModelVersion"];
            quality: components["schemas"]["MapQuality"];
        };
        Items: {
            items: components["schemas"]["Item"][];
            /** @description Requests the next page; null if there is none. The Link header has its URL */
            nextCursor: string | null;
        };
        /** @description The trustworthiness of the 10 nearest neighbors on the map, and on a map of the first two principal components: 1 if all of them are neighbors among the embeddings, about 0.5 at random. Null for fewer than 21 points */
        MapQuality: {
            components: number | null;
            map: number | null;
        };
        Models: {
            models: {
                /** @description Whether it serves requests that name no model */
                isDefault: boolean;
                name: string;
                /** Format: date-time */
                promotedAt: string;
                /** @description The version that serves requests: while the champion cannot be loaded, an older version or null */
                serving: {
                    embeddingSize: number | null;
                    hyperparameters: {
                        [key: string]: unknown;
                    };
                    items: number;
                    metrics: {
                        [key: string]: unknown;
                    };
                    /** @description The attributes from which the scores of items are predicted that were added after the training. Empty if such items are not recommended: no attribute of the training items predicts scores, or an earlier release trained the version */
                    newItemAttributes: string[];
                    /** @description Number of ratings that it was trained on */
                    ratings: number;
                    /** @description The candidate that the metrics belong to: it was trained for as many epochs on part of the ratings and evaluated on the rest. Null if this version itself was evaluated */
                    refitOf: {
                        epochs: number;
                        ratings: number;
                        version: number | null;
                    } | null;
                    /** @description For an approximate search: the share of the exact top 100 items that it finds, measured over so many users. Null if lists are exact */
                    retrieval: {
                        dimensions: number;
                        recall: number;
                        users: number;
                    } | null;
                    /** Format: date-time */
                    trainedAt: string;
                    version: number;
                } | null;
                version: number;
                /** @description For the default model: that a baseline is better than every champion */
                warning: string | null;
            }[];
        };
        ModelVersion: {
            name: string;
            version: number;
        };
        NamedItem: {
            /** @description Strings, numbers, booleans, or lists of these, by name; all together at most 65,536 characters as JSON. Replaces all attributes of the item */
            attributes?: {
                [key: string]: string | number | boolean | (string | number | boolean)[] | null;
            };
            /** @description The item is not recommended before this time; null for no limit */
            availableFrom?: number | string | null;
            /** @description The item is not recommended from this time on; null for no limit */
            availableUntil?: number | string | null;
            /** @description Whether the item is never recommended */
            hidden?: boolean;
            itemId: string;
            title?: string | null;
        };
        PopularItems: {
            items: components["schemas"]["RecommendedItem"][];
            model: components["schemas"]["ModelVersion"];
        };
        Problem: {
            detail: string;
            errors?: {
                at: string;
                /** @enum {string} */
                in: "path" | "query" | "body";
                message: string;
            }[];
            requestId: string;
            status: number;
            title: string;
            type: string;
        };
        Rating: {
            itemId: string;
            /** @description What the user did: rating, like, dislike, purchase, cart, view, or a kind that EVENT_WEIGHTS adds; by default a rating */
            kind?: string;
            /** @description Unix seconds, Unix milliseconds, or ISO 8601 such as 2023-11-14T22:13:20Z, from 1970 to a day from now; by default now */
            time?: number | string;
            userId: string;
            /** @description The rating. For other kinds of events optional: it replaces the configured value */
            value?: number;
        };
        Recommendation: {
            /**
             * Format: date-time
             * @description Ratings committed before this time are included
             */
            asOf: string;
            basis: components["schemas"]["Basis"];
            /** @description The experiment that the response is part of */
            experiment?: string;
            /** @description The seed that gives this list again */
            explore?: {
                seed: number;
            };
            /** @description The number of items rated */
            historySize: number;
            /** @description Highest rank first */
            items: components["schemas"]["RecommendedItem"][];
            model: components["schemas"]["ModelVersion"];
            /** @description Identifies this response in feedback */
            requestId: string;
            userId: string;
            /** @description The user’s variant in the experiment; "interleaved" when two variants share the list */
            variant?: string;
        };
        RecommendationBatch: {
            /**
             * Format: date-time
             * @description Ratings committed before this time are included
             */
            asOf: string;
            /** @description The seed that gives this list again */
            explore?: {
                seed: number;
            };
            model: components["schemas"]["ModelVersion"];
            /** @description Identifies this response in feedback */
            requestId: string;
            users: components["schemas"]["UserList"][];
        };
        RecommendationForHistory: {
            /**
             * Format: date-time
             * @description Ratings committed before this time are included
             */
            asOf: string;
            basis: components["schemas"]["Basis"];
            /** @description The experiment that the response is part of */
            experiment?: string;
            /** @description The seed that gives this list again */
            explore?: {
                seed: number;
            };
            /** @description The number of items rated */
            historySize: number;
            /** @description Items that the model was not trained on */
            ignored: string[];
            /** @description Highest rank first */
            items: components["schemas"]["RecommendedItem"][];
            model: components["schemas"]["ModelVersion"];
            /** @description Identifies this response in feedback */
            requestId: string;
            userId?: string;
            /** @description The user’s variant in the experiment; "interleaved" when two variants share the list */
            variant?: string;
        };
        RecommendedItem: {
            /** @description The number of the interest of the user that the item is for; absent if the model does not separate interests */
            interest?: number;
            itemId: string;
            /** @description The rating that the model predicts, within the range of the training ratings; absent if it does not predict ratings or knows no item of the history */
            predictedRating?: number;
            /** @description With explore, the probability of the item at this rank */
            propensity?: number;
            /** @description The value by which items are ranked: neither a rating nor a probability, and comparable only within one response */
            score: number;
            title: string | null;
        };
        Retraction: {
            /** @description Whether there was a current rating */
            hadRating: boolean;
            itemId: string;
            userId: string;
        };
        RetrainingReport: {
            /** Format: date-time */
            finishedAt: string;
            /** @enum {string} */
            outcome: "promoted" | "kept" | "stopped";
            reason: string;
            /** Format: uuid */
            runId: string;
            /** Format: date-time */
            startedAt: string;
        } & {
            [key: string]: unknown;
        };
        SavedFeedback: {
            accepted: number;
            duplicates: number;
        };
        SavedItems: {
            inserted: number;
            unchanged: number;
            updated: number;
        };
        SavedRatings: {
            inserted: number;
            unchanged: number;
            updated: number;
        };
        Scores: {
            /**
             * Format: date-time
             * @description Ratings committed before this time are included
             */
            asOf: string;
            basis: components["schemas"]["Basis"];
            /** @description The number of items rated */
            historySize: number;
            model: components["schemas"]["ModelVersion"];
            scores: {
                itemId: string;
                /** @description The rating that the model predicts, within the range of the training ratings; absent if it does not predict ratings or knows no item of the history */
                predictedRating?: number;
                /** @description As in a list of recommendations; null if the model does not know the item */
                score: number | null;
            }[];
        };
        Segments: {
            /** Format: date-time */
            createdAt: string;
            model: components["schemas"]["ModelVersion"];
            seed: number;
            segments: {
                attributes: {
                    attribute: string;
                    /** @description The logarithm of the odds ratio of the two */
                    logOdds: number;
                    /** @description Its share in the segment */
                    share: number;
                    /** @description Its share among all other users */
                    shareElsewhere: number;
                    value: string;
                }[];
                items: {
                    itemId: string;
                    /** @description The logarithm of the odds ratio of the two */
                    logOdds: number;
                    /** @description Its share in the segment */
                    share: number;
                    /** @description Its share among all other users */
                    shareElsewhere: number;
                    title: string | null;
                }[];
                name: string;
                segment: number;
                share: number;
                users: number;
            }[];
            /** @description The mean silhouette of a sample of users, from −1 to 1 */
            silhouette: number;
            /** @description The mean adjusted Rand index of clusterings from different seeds: 1 if all are the same */
            stability: number;
            users: number;
        };
        SimilarItems: {
            itemId: string;
            items: components["schemas"]["RecommendedItem"][];
            model: components["schemas"]["ModelVersion"];
        };
        SimilarUsers: {
            /**
             * Format: date-time
             * @description Ratings committed before this time are included
             */
            asOf: string;
            /** @description The number of items rated */
            historySize: number;
            /**
             * Format: date-time
             * @description Users added after this time are not in the index
             */
            indexedAt: string;
            /** @description The number of users in the index */
            indexedUsers: number;
            model: components["schemas"]["ModelVersion"];
            userId: string;
            users: {
                /** @description The cosine of the embeddings, each minus the mean of all users */
                similarity: number;
                userId: string;
            }[];
        };
        SteeredRecommendation: {
            /**
             * Format: date-time
             * @description Ratings committed before this time are included
             */
            asOf: string;
            /**
             * @description What the list is based on: if the model cannot rank by the history, as for an unknown user, the direction alone, or popularity at strength 0
             * @enum {string}
             */
            basis: "history" | "direction" | "popularity";
            /** @description Items that the model was not trained on */
            ignored: string[];
            items: components["schemas"]["RecommendedItem"][];
            model: components["schemas"]["ModelVersion"];
            requestId: string;
            strength: number;
            toward: components["schemas"]["AttributeValue"];
        };
        StoredRating: {
            /** @description With `events`: the import or day that the event came with; null for a retraction */
            batch?: number | null;
            /** @description With `events` */
            isCurrent?: boolean;
            itemId: string;
            /** @description The kind of event, or retraction */
            kind: string;
            /**
             * Format: date-time
             * @description Null if none was stated
             */
            time: string | null;
            title: string | null;
            /** @description Null for a retraction */
            value: number | null;
        };
        TrendingItem: {
            /** @description The number of users whose current rating of the item is positive and from the window */
            count: number;
            /** @description The same for the window before */
            countBefore: number;
            itemId: string;
            score: number;
            title: string | null;
        };
        TrendingItems: {
            /** Format: date-time */
            from: string;
            items: components["schemas"]["TrendingItem"][];
            model: components["schemas"]["ModelVersion"];
            /** Format: date-time */
            until: string;
        };
        UserList: {
            basis: components["schemas"]["Basis"];
            /** @description The number of items rated */
            historySize: number;
            items: components["schemas"]["RecommendedItem"][];
            userId: string;
        };
        UserMap: {
            model: components["schemas"]["ModelVersion"];
            quality: components["schemas"]["MapQuality"];
            users: {
                /** @description The number of training ratings of the user */
                ratings: number;
                /** @description Between −1 and 1 */
                x: number;
                /** @description Between −1 and 1 */
                y: number;
            }[];
        };
        UserOrHistory: {
            userId: string;
        } | {
            history: components["schemas"]["History"];
        };
        UserPosition: {
            /**
             * Format: date-time
             * @description Ratings committed before this time are included
             */
            asOf: string;
            /** @description The number of items rated */
            historySize: number;
            model: components["schemas"]["ModelVersion"];
            /** @description Null if the model knows no item of the history, or needs positives and there are none */
            position: {
                /** @description Between −1 and 1 */
                x: number;
                /** @description Between −1 and 1 */
                y: number;
            } | null;
            userId: string;
        };
        UserRatings: {
            /** @description Requests the next page; null if there is none. The Link header has its URL */
            nextCursor: string | null;
            ratings: components["schemas"]["StoredRating"][];
            userId: string;
        };
        UserSegment: {
            /**
             * Format: date-time
             * @description Ratings committed before this time are included
             */
            asOf: string;
            /** @description The number of items rated */
            historySize: number;
            model: components["schemas"]["ModelVersion"];
            /** @description Null if the model cannot rank by the history */
            segment: {
                name: string;
                segment: number;
            } | null;
            userId: string;
        };
    };
    responses: {
        /** @description Any other problem */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
