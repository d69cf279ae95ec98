// Written by npm run build:client from the service's OpenAPI document; not to be edited.
export interface paths {
    "/blend": {
        /** Recommends to a group */
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
                         * @description mean: the mean of the embeddings; least-misery: each item counts as much as for whom it falls farthest behind their own best; product-of-experts: embeddings weigh by how sure the model is of them, for a model with a posterior such as mult-vae
                         * @default mean
                         * @enum {string}
                         */
                        blend?: "mean" | "least-misery" | "product-of-experts";
                        /**
                         * @description From 0, the best, to 1, the least alike among the best: maximal marginal relevance
                         * @default 0
                         */
                        diversity?: number;
                        /** @description Items that may not be shown */
                        exclude?: string[];
                        /**
                         * @description Whether what was rated stays out of the list
                         * @default true
                         */
                        excludeSeen?: boolean;
                        filter?: string | components["schemas"]["Filter"];
                        /** @description The only items that may be shown */
                        include?: string[];
                        /** @default 10 */
                        k?: number;
                        members: components["schemas"]["Who"][];
                        /** @description Which champion answers; the default model where left out */
                        model?: string;
                        /**
                         * @description By how many standard deviations of the scores an item is put back for each standard deviation by which the logarithm of its popularity is above the mean
                         * @default 0
                         */
                        popularityPenalty?: number;
                    };
                };
            };
            responses: {
                /** @description The best items for all of them, none that one has rated unless that was asked for */
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
        /** The reference as a page */
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
        /** What the page is made of */
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
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        /** Defines an experiment; nobody takes part before it is started */
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
                /** @description The experiment as a draft, with all defaults spelt out */
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
                /** @description As it stands */
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
        /** What an experiment has shown so far: verdict, checks, metrics */
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
                /** @description From the log as it is now */
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
        /** Starts a draft: within seconds every replica assigns users */
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
        /** Stops an experiment; its log and report stay */
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
         * Saves one event or many
         * @description An event belongs to the answer that `requestId` names, else to the last one of an experiment that showed the item to the user. An answer has one event of a type and item, however often it is told.
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
                /** @description How many were new, and how many had been told before */
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
        /** Whether the process answers at all */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It does */
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
        /** Whether the database and the default model answer */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description They do */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            status: "ready";
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/interpolate": {
        /** Recommends at equal steps from one taste to another */
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
                         * @description From 0, the best, to 1, the least alike among the best: maximal marginal relevance
                         * @default 0
                         */
                        diversity?: number;
                        /** @description Items that may not be shown */
                        exclude?: string[];
                        /**
                         * @description Whether what was rated stays out of the list
                         * @default true
                         */
                        excludeSeen?: boolean;
                        filter?: string | components["schemas"]["Filter"];
                        from: components["schemas"]["Who"];
                        /** @description The only items that may be shown */
                        include?: string[];
                        /** @default 10 */
                        k?: number;
                        /** @description Which champion answers; the default model where left out */
                        model?: string;
                        /**
                         * @description By how many standard deviations of the scores an item is put back for each standard deviation by which the logarithm of its popularity is above the mean
                         * @default 0
                         */
                        popularityPenalty?: number;
                        /** @default 5 */
                        steps?: number;
                        to: components["schemas"]["Who"];
                    };
                };
            };
            responses: {
                /** @description A list for each step, both ends included */
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
    "/items/{itemId}/embedding": {
        /** The vector of an item */
        get: {
            parameters: {
                query?: {
                    /** @description Which champion answers; the default model where left out */
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
                /** @description mult-vae and u-autorec: its weights in the last layer of the decoder; i-autorec: its code */
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
        /** The items most like one */
        get: {
            parameters: {
                query?: {
                    /** @description Items that may not be shown */
                    exclude?: string[];
                    /** @description Which items may be shown, by their attributes: see the README for the language */
                    filter?: string;
                    /** @description The only items that may be shown */
                    include?: string[];
                    k?: number;
                    /** @description Which champion answers; the default model where left out */
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
                /** @description Scores are cosines of the vectors, each less the mean of all */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SimilarItems"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/metrics": {
        /** What the service counts of itself, for Prometheus */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description In the text format */
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
                /** @description OpenAPI 3.1 */
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
    "/ratings": {
        /**
         * Saves one rating or many, or other events, all or none
         * @description Creates unknown users and items; a model knows a new item after its next training. The database keeps one rating for a user and an item: that of the strongest kind of event (rating, like, dislike before purchase before view), and among equally strong events that of the latest. So events may be sent twice and in any order. The next recommendation reflects the saved ratings.
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
                /** @description What became of the ratings; unchanged are those that were there already, or a later one */
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
        /** Recommends from a history that is not in the database, or to a user */
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
                         * @description From 0, the best, to 1, the least alike among the best: maximal marginal relevance
                         * @default 0
                         */
                        diversity?: number;
                        /** @description Items that may not be shown */
                        exclude?: string[];
                        /**
                         * @description Whether what was rated stays out of the list
                         * @default true
                         */
                        excludeSeen?: boolean;
                        /** @description Draws the list from the posterior; the seed draws it again. Each item comes with its propensity. Not together with diversity */
                        explore?: {
                            seed?: number;
                        };
                        filter?: string | components["schemas"]["Filter"];
                        history?: components["schemas"]["History"];
                        /** @description The only items that may be shown */
                        include?: string[];
                        /** @default 10 */
                        k?: number;
                        /** @description Which champion answers; the default model where left out */
                        model?: string;
                        /**
                         * @description By how many standard deviations of the scores an item is put back for each standard deviation by which the logarithm of its popularity is above the mean
                         * @default 0
                         */
                        popularityPenalty?: number;
                        /** @description In place of a history */
                        userId?: string;
                    };
                };
            };
            responses: {
                /** @description The best items */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RecommendationForHistory"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/recommend/{userId}": {
        /** Recommends from what a user has rated up to now */
        get: {
            parameters: {
                query?: {
                    /** @description From 0, the best, to 1, the least alike among the best: maximal marginal relevance */
                    diversity?: number;
                    /** @description Items that may not be shown */
                    exclude?: string[];
                    /** @description Whether what was rated stays out of the list */
                    excludeSeen?: boolean;
                    /** @description Draws the list from the posterior; the seed draws it again. Each item comes with its propensity. Not together with diversity */
                    explore?: string;
                    /** @description Which items may be shown, by their attributes: see the README for the language */
                    filter?: string;
                    /** @description The only items that may be shown */
                    include?: string[];
                    k?: number;
                    /** @description Which champion answers; the default model where left out */
                    model?: string;
                    /** @description By how many standard deviations of the scores an item is put back for each standard deviation by which the logarithm of its popularity is above the mean */
                    popularityPenalty?: number;
                };
                header?: never;
                path: {
                    userId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The best items; by popularity for a user nobody knows */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Recommendation"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
    };
    "/recommend/{userId}/explain/{itemId}": {
        /** Which items of the history speak for an item, by leaving each out; or why the item is not shown */
        get: {
            parameters: {
                query?: {
                    /** @description Items that may not be shown */
                    exclude?: string[];
                    /** @description Whether what was rated stays out of the list */
                    excludeSeen?: boolean;
                    /** @description Which items may be shown, by their attributes: see the README for the language */
                    filter?: string;
                    /** @description The only items that may be shown */
                    include?: string[];
                    /** @description Which champion answers; the default model where left out */
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
                /** @description Exact: without the item named first the score would be lower by its contribution */
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
        /** Recommends to many users at once, outside of experiments */
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
                         * @description From 0, the best, to 1, the least alike among the best: maximal marginal relevance
                         * @default 0
                         */
                        diversity?: number;
                        /** @description Items that may not be shown */
                        exclude?: string[];
                        /**
                         * @description Whether what was rated stays out of the list
                         * @default true
                         */
                        excludeSeen?: boolean;
                        /** @description Draws the list from the posterior; the seed draws it again. Each item comes with its propensity. Not together with diversity */
                        explore?: {
                            seed?: number;
                        };
                        filter?: string | components["schemas"]["Filter"];
                        /** @description The only items that may be shown */
                        include?: string[];
                        /** @default 10 */
                        k?: number;
                        /** @description Which champion answers; the default model where left out */
                        model?: string;
                        /**
                         * @description By how many standard deviations of the scores an item is put back for each standard deviation by which the logarithm of its popularity is above the mean
                         * @default 0
                         */
                        popularityPenalty?: number;
                        userIds: string[];
                    };
                };
            };
            responses: {
                /** @description A list for each user, in the order asked */
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
        /** What a retraining came to: figures, gate, drift, and ten users with what they were shown */
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
                /** @description A page, or the same as JSON: with .json in the address or where Accept prefers it */
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
        /** Scores given items for somebody */
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
                        /** @description Which champion answers; the default model where left out */
                        model?: string;
                        of: components["schemas"]["Who"];
                    };
                };
            };
            responses: {
                /** @description In the order asked, rated items too */
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
    "/users/{userId}": {
        /**
         * Erases a user with all ratings, lists served and feedback
         * @description From the next answer on the user is a stranger, at other replicas once the database has told them, which takes milliseconds and two seconds at most. Asking again for one who is gone is no error and gives the same versions.
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
                /** @description The user is gone */
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
        /** Where a user lies in the latent space of a model */
        get: {
            parameters: {
                query?: {
                    /** @description Which champion answers; the default model where left out */
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
                /** @description The embedding of what the user has rated up to now; of an empty history for a user nobody knows */
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
    "/users/{userId}/similar": {
        /** The users whose tastes are nearest */
        get: {
            parameters: {
                query?: {
                    k?: number;
                    /** @description Which champion answers; the default model where left out */
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
                /** @description Nearest first, compared by their ratings as they stand now; looked for in an index of at most 50,000 users, who are drawn by their ids where there are more, renewed when it is older than ten minutes */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SimilarUsers"];
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
        AnsweringModel: {
            name: string;
            version: number;
        };
        /**
         * @description Popularity stands in where the model knows nothing of the history, as for a new user
         * @enum {string}
         */
        Basis: "history" | "popularity";
        Embedding: {
            /**
             * Format: date-time
             * @description Ratings committed until then count
             */
            asOf: string;
            /** @description The mean, where it is a distribution */
            embedding: number[];
            /** @description How many items were rated */
            historySize: number;
            model: components["schemas"]["AnsweringModel"];
            size: number;
            /** @description Standard deviations, of a model with a posterior such as mult-vae */
            std: number[] | null;
            userId: string;
        };
        Erasure: {
            /** @description Reports of retraining that showed the user */
            changedReports: number;
            /** Format: date-time */
            erasedAt: string;
            /** @description Lists served in experiments */
            erasedExposures: number;
            erasedFeedback: number;
            erasedRatings: number;
            /** @description Whose weights still carry what was learned from the user, until they are trained anew */
            trainedVersions: {
                /** @description Whether it answers now */
                isChampion: boolean;
                model: string;
                /**
                 * @description Whether training saw the ratings, or started from a version that had
                 * @enum {string}
                 */
                through: "ratings" | "parent";
                version: number;
            }[];
            /** @description Registered without telling whom they learned from */
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
            /** @description Who saw what, what became of the feedback, and the check of the split */
            flow: {
                [key: string]: unknown;
            };
            /** @description Variants and lifts with their intervals, over time, by day and by segment */
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
             * @description Ratings committed until then count
             */
            asOf: string;
            basis: components["schemas"]["Basis"];
            /** @description How many items were rated */
            historySize: number;
            itemId: string;
            /** @description How many items of the history the model knows */
            knownItems: number;
            /**
             * @description Rated already, or left out by what was asked; null where it may be shown
             * @enum {string|null}
             */
            leftOut: "seen" | "filtered" | null;
            model: components["schemas"]["AnsweringModel"];
            /** @description Its place in the whole list, from 1; null where it is left out */
            rank: number | null;
            /** @description Largest contribution first, of all of the history that the model knows; of more than a thousand items only of those most like the item, the fewer the longer the history is */
            reasons: {
                /** @description By how much the score would be lower without this item */
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
            /** @description A name of your own for this event, so that it may be told twice */
            eventId?: string;
            itemId?: string;
            /** @description Of the answer it came of */
            requestId?: string;
            /** @description Seconds since 1970; now, where left out */
            time?: number;
            /** @description click, view, purchase, rating, or a name of your own */
            type: string;
            userId?: string;
            /** @description What it was worth, as a price; 1 where left out */
            value?: number;
        };
        /** @description A condition, or and, or, not over conditions; nested at most 20 deep */
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
             * @description Ratings committed until then count
             */
            asOf: string;
            basis: components["schemas"]["Basis"];
            /** @enum {string} */
            blend: "mean" | "least-misery" | "product-of-experts";
            /** @description Items that the model does not know */
            ignored: string[];
            items: components["schemas"]["ListedItem"][];
            model: components["schemas"]["AnsweringModel"];
            requestId: string;
        };
        History: {
            itemId: string;
            /** @description The rating; where left out, the highest that the model has seen. Below 0 it is a dislike */
            value?: number;
        }[];
        Interpolation: {
            /**
             * Format: date-time
             * @description Ratings committed until then count
             */
            asOf: string;
            lists: {
                items: components["schemas"]["ListedItem"][];
                /** @description 0 at the one taste, 1 at the other */
                position: number;
            }[];
            model: components["schemas"]["AnsweringModel"];
        };
        ItemEmbedding: {
            embedding: number[];
            itemId: string;
            model: components["schemas"]["AnsweringModel"];
            size: number;
        };
        ListedItem: {
            itemId: string;
            /** @description In an exploring list, the probability with which the item came into this place */
            propensity?: number;
            /** @description As the model gives it; comparable only within one answer */
            score: number;
            title: string | null;
        };
        Models: {
            models: {
                isDefault: boolean;
                name: string;
                /** Format: date-time */
                promotedAt: string;
                /** @description What really answers: an older version while the champion cannot be loaded, or nothing */
                serving: {
                    embeddingSize: number | null;
                    hyperparameters: {
                        [key: string]: unknown;
                    };
                    items: number;
                    metrics: {
                        [key: string]: unknown;
                    };
                    /** Format: date-time */
                    trainedAt: string;
                    version: number;
                } | null;
                version: number;
            }[];
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
            /**
             * @description What the user did; a rating, where left out
             * @enum {string}
             */
            kind?: "rating" | "like" | "dislike" | "purchase" | "view";
            /** @description Seconds since 1970; now, where left out */
            time?: number;
            userId: string;
            /** @description The rating; of another kind of event, what it is worth if not as configured */
            value?: number;
        };
        Recommendation: {
            /**
             * Format: date-time
             * @description Ratings committed until then count
             */
            asOf: string;
            basis: components["schemas"]["Basis"];
            /** @description Where the answer is part of one */
            experiment?: string;
            /** @description The seed that draws this list again, and of how many equally likely lists */
            explore?: {
                draws: number;
                seed: number;
            };
            /** @description How many items were rated */
            historySize: number;
            /** @description Best first */
            items: components["schemas"]["ListedItem"][];
            model: components["schemas"]["AnsweringModel"];
            /** @description To be named in feedback on this answer */
            requestId: string;
            userId: string;
            /** @description What the user gets in it; "interleaved" where two variants share the list */
            variant?: string;
        };
        RecommendationBatch: {
            /**
             * Format: date-time
             * @description Ratings committed until then count
             */
            asOf: string;
            /** @description The seed that draws this list again, and of how many equally likely lists */
            explore?: {
                draws: number;
                seed: number;
            };
            model: components["schemas"]["AnsweringModel"];
            /** @description To be named in feedback on this answer */
            requestId: string;
            users: components["schemas"]["UserList"][];
        };
        RecommendationForHistory: {
            /**
             * Format: date-time
             * @description Ratings committed until then count
             */
            asOf: string;
            basis: components["schemas"]["Basis"];
            /** @description Where the answer is part of one */
            experiment?: string;
            /** @description The seed that draws this list again, and of how many equally likely lists */
            explore?: {
                draws: number;
                seed: number;
            };
            /** @description How many items were rated */
            historySize: number;
            /** @description Items that the model does not know */
            ignored: string[];
            /** @description Best first */
            items: components["schemas"]["ListedItem"][];
            model: components["schemas"]["AnsweringModel"];
            /** @description To be named in feedback on this answer */
            requestId: string;
            userId?: string;
            /** @description What the user gets in it; "interleaved" where two variants share the list */
            variant?: string;
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
        SavedRatings: {
            inserted: number;
            unchanged: number;
            updated: number;
        };
        Scores: {
            /**
             * Format: date-time
             * @description Ratings committed until then count
             */
            asOf: string;
            basis: components["schemas"]["Basis"];
            /** @description How many items were rated */
            historySize: number;
            model: components["schemas"]["AnsweringModel"];
            scores: {
                itemId: string;
                /** @description Null where the model does not know the item */
                score: number | null;
            }[];
        };
        SimilarItems: {
            itemId: string;
            items: components["schemas"]["ListedItem"][];
            model: components["schemas"]["AnsweringModel"];
        };
        SimilarUsers: {
            /**
             * Format: date-time
             * @description Ratings committed until then count
             */
            asOf: string;
            /** @description How many items were rated */
            historySize: number;
            /**
             * Format: date-time
             * @description Who came since is not found
             */
            indexedAt: string;
            /** @description Among how many users the nearest were looked for */
            indexedUsers: number;
            model: components["schemas"]["AnsweringModel"];
            userId: string;
            users: {
                /** @description Cosine of the embeddings, each less the mean of all */
                similarity: number;
                userId: string;
            }[];
        };
        UserList: {
            basis: components["schemas"]["Basis"];
            /** @description How many items were rated */
            historySize: number;
            items: components["schemas"]["ListedItem"][];
            userId: string;
        };
        Who: {
            userId: string;
        } | {
            history: components["schemas"]["History"];
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
