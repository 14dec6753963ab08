from django.http import JsonResponse
from django.views.decorators.http import require_safe

from backend.api_key_auth import api_key_not_required, require_action


@api_key_not_required
@require_safe
def healthz(request):
    return JsonResponse({"ok": True})


@require_safe
def whoami(request):
    return JsonResponse(
        {
            "organizationId": request.api_key.organization_id,
            "apiKeyId": request.api_key.api_key_id,
            "actions": request.api_key.actions,
        }
    )


@require_safe
@require_action("widgets.read")
def widgets(request):
    return JsonResponse({"organizationId": request.api_key.organization_id, "widgets": ["flange", "sprocket"]})
