# Virtual Lab: one image for the API, the worker and Flower; compose.yaml says which is which.
FROM python:3.13-slim-trixie AS build
WORKDIR /src
RUN python -m venv /opt/virtual-lab
ENV PATH=/opt/virtual-lab/bin:$PATH \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
COPY pyproject.toml README.md LICENSE ./
COPY src ./src
# What is installed is this folder, whose versions pyproject.toml bounds.
# hadolint ignore=DL3013
RUN pip install ".[flower,pdf,postgres]"

FROM python:3.13-slim-trixie
RUN useradd --create-home --uid 10001 lab \
 && install -d -o lab -g lab /data
COPY --from=build /opt/virtual-lab /opt/virtual-lab
ENV PATH=/opt/virtual-lab/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONUTF8=1 \
    VIRTUAL_LAB_DATA_DIR=/data \
    VIRTUAL_LAB_LOG_FORMAT=json
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=8)"]
CMD ["virtual-lab", "up"]
