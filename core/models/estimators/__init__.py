"""Classifiers of scikit-learn, XGBoost, CatBoost and LightGBM: files and baked classifiers."""

__all__: list[str] = []
