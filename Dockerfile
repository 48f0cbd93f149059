# AI Policy Wire in one container: the schedule, the database (SQLite) and the site.
# docs/deploy.md says how to run it; docker-compose.yml does.

FROM python:3.12-slim AS build
WORKDIR /build
RUN python -m venv /venv
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY aggregator ./aggregator
COPY web ./web
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --constraint constraints.txt .

FROM python:3.12-slim
# Nothing is written outside /app/data and /tmp, so the root file system may be read-only.
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# The number is fixed, so that the owner of the data stays the same from image to image.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /tmp --shell /usr/sbin/nologin wire \
    && install --directory --owner=wire --group=wire /app/data
COPY --from=build /venv /venv
WORKDIR /app
COPY feeds.toml ./
USER 10001:10001
VOLUME /app/data
EXPOSE 8000
# No proxy that the container may have been given: the address is its own.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-c", \
    "from urllib.request import ProxyHandler, build_opener as opener; \
    opener(ProxyHandler({})).open('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["aggregator", "run", "--host", "0.0.0.0"]
