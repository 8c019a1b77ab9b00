# The base is a build argument, so that a release can pin its digest:
#   buildah bud --build-arg BASE=docker.io/library/python:3.13-slim-bookworm@sha256:... .
ARG BASE=docker.io/library/python:3.13-slim-bookworm

FROM ${BASE} AS build
WORKDIR /src
RUN python3 -m venv --without-pip /opt/sidecar
COPY pyproject.toml README.md LICENSE ./
COPY sidecar sidecar
# Compiled once, here: the root is read-only where it runs.
RUN python3 -m pip --python /opt/sidecar/bin/python install --no-cache-dir --no-compile . \
 && python3 -m compileall -q --invalidation-mode unchecked-hash /opt/sidecar/lib

FROM ${BASE}
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="sidecar" \
      org.opencontainers.image.description="Follows the files legacy applications write, and emits one line of JSON per event" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /opt/sidecar /opt/sidecar
# One arena keeps the heap of a process with few threads small.
ENV PATH="/opt/sidecar/bin:${PATH}" \
    PYTHONDONTWRITEBYTECODE=1 \
    MALLOC_ARENA_MAX=1
# Any uid will do: nothing here is written, and HOME is not needed.
USER 65532:65532
WORKDIR /
EXPOSE 9600
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/sidecar/bin/sidecar"]
CMD ["run"]
