"""Plain `{{ form }}` in the portal's look: the same templates as the crispy pack."""

from django.forms.renderers import TemplatesSetting


class PortalRenderer(TemplatesSetting):
    """For the setting FORM_RENDERER; needs `django.forms` among the installed apps."""

    form_template_name = "ducpho/uni_form.html"
    field_template_name = "ducpho/field.html"
