{{- define "qiantai.labels" -}}
app.kubernetes.io/part-of: qiantai
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/name: {{ .service }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "qiantai.image" -}}
{{ .root.Values.image.prefix }}{{ .name }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{- define "qiantai.databaseVariable" -}}
QIANTAI_DATABASE_{{ . | upper | replace "-" "_" }}
{{- end }}

{{- define "qiantai.brokerVariable" -}}
QIANTAI_BROKER_{{ . | upper | replace "-" "_" }}
{{- end }}

{{- define "qiantai.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: {drop: [ALL]}
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "qiantai.settings" -}}
- name: QIANTAI_ISSUER
  value: {{ .root.Values.issuer | quote }}
- name: QIANTAI_TRUSTED_PROXIES
  value: {{ .root.Values.trustedProxies | quote }}
- name: QIANTAI_LOG_LEVEL
  value: {{ .root.Values.logLevel | quote }}
- name: QIANTAI_POOL
  value: {{ .root.Values.poolSize | quote }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ .root.Values.otlpEndpoint | quote }}
- name: QIANTAI_BROKER
  valueFrom: {secretKeyRef: {name: {{ .root.Values.secrets.broker }}, key: {{ .service }}}}
{{- end }}

{{- define "qiantai.jwks" -}}
{{ .root.Values.jwks | default (printf "http://%s-device-gateway:8000/api/gateway/jwks" .root.Release.Name) }}
{{- end }}
