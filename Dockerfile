# Built in one stage with uv and a compiler's worth of tools, run in another with neither, as an ordinary user.
# docker build -t lumbung .

FROM python:3.13-slim-bookworm AS build
ENV UV_PROJECT_ENVIRONMENT=/opt/lumbung \
    UV_PYTHON_DOWNLOADS=never \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy
WORKDIR /src
RUN pip install --no-cache-dir 'uv==0.13.*'
# Dependencies first: they change less often than the code.
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --locked --no-dev --no-install-project
COPY marketplace ./marketplace
COPY payments ./payments
COPY search ./search
RUN uv sync --locked --no-dev --no-editable

FROM python:3.13-slim-bookworm AS run
LABEL org.opencontainers.image.title="Lumbung" \
      org.opencontainers.image.licenses="AGPL-3.0-or-later"
RUN groupadd --system --gid 10001 lumbung \
    && useradd --system --uid 10001 --gid lumbung --home-dir /var/lib/lumbung --shell /usr/sbin/nologin lumbung \
    && install -d -o lumbung -g lumbung -m 0700 /var/lib/lumbung
COPY --from=build /opt/lumbung /opt/lumbung
ENV PATH=/opt/lumbung/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    LUMBUNG_ENV=production \
    LUMBUNG_DATA=/var/lib/lumbung
WORKDIR /var/lib/lumbung
USER 10001:10001
VOLUME /var/lib/lumbung
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=3)"]
ENTRYPOINT ["lumbung"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000", "--workers", "2"]
