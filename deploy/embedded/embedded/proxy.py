"""The reverse proxy of a run on real servers: nginx, one address for all services."""

from __future__ import annotations

import shutil
from pathlib import Path

from qiantai.services import API_PREFIXES


class ProxyMissing(RuntimeError):
    """nginx is not installed: `apt-get install nginx-light`, or run with compose."""


def nginx_binary() -> str:
    """Return the path of nginx. Raises ProxyMissing."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/sbin")
    if found is None:
        raise ProxyMissing(ProxyMissing.__doc__)
    return found


def write_config(folder: Path, port: int, ports: dict[str, list[int]]) -> Path:
    """Write nginx.conf for a private nginx on `port`; `ports` are each service's web processes."""
    for part in ("body", "proxy", "fastcgi", "uwsgi", "scgi"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    upstreams = "\n".join(
        f"  upstream {name} {{ {' '.join(f'server 127.0.0.1:{one} max_fails=0;' for one in many)} keepalive 16; }}"
        for name, many in ports.items()
    )
    locations = "\n".join(
        f"    location {prefix}/ {{ proxy_pass http://{name}; }}\n"
        f"    location = {prefix} {{ proxy_pass http://{name}; }}"
        for name, prefix in API_PREFIXES.items()
    )
    path = folder / "nginx.conf"
    path.write_text(f"""daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
worker_processes 1;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  client_max_body_size 1m;
{upstreams}
  server {{
    listen 127.0.0.1:{port};
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_next_upstream error timeout;
    location = /api/gateway/board/stream {{
      proxy_pass http://device-gateway; proxy_buffering off; proxy_read_timeout 1h;
    }}
{locations}
    location / {{ proxy_pass http://device-gateway; }}
  }}
}}
""")
    return path
