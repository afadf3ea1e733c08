"""The reverse proxy of a run on real servers: nginx, one address for all services."""

from __future__ import annotations

import shutil
from pathlib import Path

from qiantai.services import API_PREFIXES

from embedded.errors import CannotGoOn

LIMITS = """
  # whoever is slow or sends half of something holds no service: a request goes on when it is whole
  client_header_timeout 10s;
  client_body_timeout 10s;
  send_timeout 20s;
  keepalive_timeout 30s;
  reset_timedout_connection on;
  proxy_request_buffering on;
  client_max_body_size 1m;
"""
LOGS = """
  # paths alone: a query string is in no log; nginx's own words about a request hold it, so only the gravest are kept
  log_format failures '$time_iso8601 $status $request_method $uri $upstream_addr $request_time';
  map $status $failed { ~^5 1; default 0; }
"""
"""What stands in deploy/proxy/nginx.conf too."""


_HEADERS = """\
  # what is answered here without a service says the same to browsers as the services do
  map $upstream_http_x_content_type_options $nosniff { "" nosniff; default ""; }
  map $upstream_http_x_frame_options $framing { "" DENY; default ""; }
  map $upstream_http_referrer_policy $referring { "" no-referrer; default ""; }
  map $upstream_http_content_security_policy $policy { "" "default-src 'none'; frame-ancestors 'none'"; default ""; }
  add_header X-Content-Type-Options $nosniff always;
  add_header X-Frame-Options $framing always;
  add_header Referrer-Policy $referring always;
  add_header Content-Security-Policy $policy always;
"""
PROBLEMS = """\
  # what is answered here without a service is a problem too, in the first of zh and en that the caller names
  map $http_accept_language $prefers { default en; "~*^ *+(?:(?!(?:en|zh)(?![a-z]))[^,]*+, *+)*+zh(?![a-z])" zh; }
  map $upstream_http_x_content_type_options $speaks { "" $prefers; default ""; }
  map $upstream_http_x_content_type_options $varies { "" Accept-Language; default ""; }
  map $status $problem {
    default internal-error; 400 bad-request; 404 not-found; 405 method-not-allowed; 408 request-timeout;
    413 request-entity-too-large; 414 request-uri-too-long;
    502 bad-gateway; 503 service-unavailable; 504 gateway-timeout;
  }
  map "$status $prefers" $told {
    "413 en" "This is too large; send less.";
    "413 zh" "提交的内容超过了上限，请减少后重试。";
    ~^5.*en$ "The service does not answer; try again in a moment.";
    ~^5.*zh$ "服务暂时没有响应，请稍后再试。";
    ~zh$ "这个请求无法处理，请检查后重试。";
    default "This request cannot be taken; check it and try again.";
  }
  add_header Content-Language $speaks always;
  add_header Vary $varies always;
  error_page 400 404 405 408 413 414 500 502 503 504 @problem;
"""
PROBLEM = """\
    location @problem {
      default_type application/problem+json;
      return 200 '{"type":"urn:qiantai:problem:$problem","title":"$told","status":$status}';
    }
"""


class ProxyMissing(CannotGoOn):
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
    kept = "keepalive 16; keepalive_timeout 20s;"  # shorter than a service keeps an idle connection
    upstreams = "\n".join(
        f"  upstream {name} {{ {' '.join(f'server 127.0.0.1:{one} max_fails=0;' for one in many)} {kept} }}"
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
error_log {folder}/error.log crit;
worker_processes 1;
events {{ worker_connections 4096; }}
http {{
{LOGS}
  access_log {folder}/failures.log failures if=$failed;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
{LIMITS}
{upstreams}
{_HEADERS}{PROBLEMS}  server {{
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
{PROBLEM}    location / {{ proxy_pass http://device-gateway; }}
  }}
}}
""")
    return path
