FROM node:24-bookworm-slim AS build
# For better-sqlite3 where no prebuilt one can be fetched. Then it is compiled against the headers that come with the image.
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 make g++ \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm_package_config_node_gyp_nodedir=/usr/local npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY tools/compile.mjs tools/bundle.mjs tools/
COPY proto proto
COPY generated generated
COPY src src
RUN npm run build \
 && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    SALLYPORT_DATA_DIR=/data \
    SALLYPORT_KEY_FILE=/keys/sallyport.keys \
    SALLYPORT_SERVER=unix:/data/run/sallyport.sock
WORKDIR /app
COPY LICENSE package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
RUN ln -s /app/dist/src/sallyport.cjs /usr/local/bin/sallyport \
 && install -d -m 0700 -o node -g node /data /keys
USER node
# Two volumes, because a snapshot of the data must not hold the key.
VOLUME ["/data", "/keys"]
EXPOSE 50051
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["sallyport", "health"]
ENTRYPOINT ["sallyport"]
CMD ["serve"]
